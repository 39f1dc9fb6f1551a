// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.lifecycle;
public interface ApplicationLifecycleMonitor { void addLifecycleCallback(ApplicationLifecycleCallback c); void removeLifecycleCallback(ApplicationLifecycleCallback c); }
