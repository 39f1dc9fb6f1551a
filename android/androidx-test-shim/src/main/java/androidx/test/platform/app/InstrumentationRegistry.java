// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.platform.app;
import android.app.Instrumentation; import android.os.Bundle;
public final class InstrumentationRegistry {
  private static volatile Instrumentation inst; private static volatile Bundle args;
  private InstrumentationRegistry() {}
  public static Instrumentation getInstrumentation() { if (inst == null) throw new IllegalStateException("No instrumentation registered"); return inst; }
  public static Bundle getArguments() { if (args == null) throw new IllegalStateException("No arguments registered"); return new Bundle(args); }
  public static void registerInstance(Instrumentation i, Bundle b) { inst = i; args = new Bundle(b); }
}
