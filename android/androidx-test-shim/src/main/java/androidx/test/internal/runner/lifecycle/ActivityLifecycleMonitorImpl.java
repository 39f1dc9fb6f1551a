// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.internal.runner.lifecycle;
import android.app.Activity; import androidx.test.runner.lifecycle.*; import java.util.*; import java.util.concurrent.CopyOnWriteArrayList;
public final class ActivityLifecycleMonitorImpl implements ActivityLifecycleMonitor {
  private final List<ActivityLifecycleCallback> cbs = new CopyOnWriteArrayList<>();
  private final Map<Activity, Stage> stages = Collections.synchronizedMap(new WeakHashMap<>());
  public void addLifecycleCallback(ActivityLifecycleCallback c) { if (!cbs.contains(c)) cbs.add(c); }
  public void removeLifecycleCallback(ActivityLifecycleCallback c) { cbs.remove(c); }
  public Stage getLifecycleStageOf(Activity a) { Stage s = stages.get(a); if (s == null) throw new IllegalArgumentException("unknown activity " + a); return s; }
  public Collection<Activity> getActivitiesInStage(Stage want) { List<Activity> r = new ArrayList<>(); synchronized (stages) { for (Map.Entry<Activity, Stage> e : stages.entrySet()) if (e.getValue() == want) r.add(e.getKey()); } return r; }
  public void signalLifecycleChange(Stage s, Activity a) { stages.put(a, s); for (ActivityLifecycleCallback c : cbs) c.onActivityLifecycleChanged(a, s); }
}
