// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.lifecycle;
import android.app.Activity;
public interface ActivityLifecycleCallback { void onActivityLifecycleChanged(Activity activity, Stage stage); }
