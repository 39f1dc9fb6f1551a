// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.intent;
public final class IntentStubberRegistry {
  private static IntentStubber s; private IntentStubberRegistry() {}
  public static void load(IntentStubber x) { s = x; } public static boolean isLoaded() { return s != null; } public static IntentStubber getInstance() { return s; } public static synchronized void reset() { s = null; }
}
