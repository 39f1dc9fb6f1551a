// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.intent;
public interface IntentCallback { void onIntentSent(android.content.Intent intent); }
