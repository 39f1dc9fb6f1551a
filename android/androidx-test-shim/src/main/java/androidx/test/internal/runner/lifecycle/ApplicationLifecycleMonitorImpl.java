// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.internal.runner.lifecycle;
import android.app.Application; import androidx.test.runner.lifecycle.*; import java.util.List; import java.util.concurrent.CopyOnWriteArrayList;
public final class ApplicationLifecycleMonitorImpl implements ApplicationLifecycleMonitor {
  private final List<ApplicationLifecycleCallback> cbs = new CopyOnWriteArrayList<>();
  public void addLifecycleCallback(ApplicationLifecycleCallback c) { cbs.add(c); } public void removeLifecycleCallback(ApplicationLifecycleCallback c) { cbs.remove(c); }
  public void signalLifecycleChange(Application app, ApplicationStage s) { for (ApplicationLifecycleCallback c : cbs) c.onApplicationLifecycleChanged(app, s); }
}
