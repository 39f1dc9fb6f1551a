// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.lifecycle;
public final class ApplicationLifecycleMonitorRegistry {
  private static volatile ApplicationLifecycleMonitor m; private ApplicationLifecycleMonitorRegistry() {}
  public static ApplicationLifecycleMonitor getInstance() { if (m == null) throw new IllegalStateException("no monitor"); return m; }
  public static void registerInstance(ApplicationLifecycleMonitor x) { m = x; }
}
