// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.lifecycle;
public final class ActivityLifecycleMonitorRegistry {
  private static volatile ActivityLifecycleMonitor m; private ActivityLifecycleMonitorRegistry() {}
  public static ActivityLifecycleMonitor getInstance() { if (m == null) throw new IllegalStateException("no monitor"); return m; }
  public static void registerInstance(ActivityLifecycleMonitor x) { m = x; }
}
