// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.internal.runner.intent;
import android.content.Intent; import androidx.test.runner.intent.*; import java.util.List; import java.util.concurrent.CopyOnWriteArrayList;
public final class IntentMonitorImpl implements IntentMonitor {
  private final List<IntentCallback> cbs = new CopyOnWriteArrayList<>();
  public void addIntentCallback(IntentCallback c) { cbs.add(c); } public void removeIntentCallback(IntentCallback c) { cbs.remove(c); }
  public void signalIntent(Intent i) { for (IntentCallback c : cbs) c.onIntentSent(new Intent(i)); }
}
