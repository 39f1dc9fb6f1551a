// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.intent;
public final class IntentMonitorRegistry {
  private static volatile IntentMonitor m; private IntentMonitorRegistry() {}
  public static IntentMonitor getInstance() { if (m == null) throw new IllegalStateException("no monitor"); return m; }
  public static void registerInstance(IntentMonitor x) { m = x; }
}
