// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.intent;
public interface IntentStubber { android.app.Instrumentation.ActivityResult getActivityResultForIntent(android.content.Intent intent); }
