// Written for Liuhen after the documented behaviour of androidx.test:monitor; see the README of this module.
package androidx.test.runner.lifecycle;
public enum ApplicationStage { PRE_ON_CREATE, CREATED }
