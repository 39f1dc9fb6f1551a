// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.lifecycle;
import android.app.Activity; import java.util.Collection;
public interface ActivityLifecycleMonitor {
  void addLifecycleCallback(ActivityLifecycleCallback c); void removeLifecycleCallback(ActivityLifecycleCallback c);
  Stage getLifecycleStageOf(Activity a); Collection<Activity> getActivitiesInStage(Stage s);
}
