#!/usr/bin/env python3
"""Writes tests/vectors/recorder/{names,matching,assignment}: one file per rule of spec/recorder-import.md.

Expectations are written by hand from the text; nothing here computes them. Each file has "rule", "source" and
  names       "name" of a file; "told": what it tells, or null
  matching    "lists" in order, "files" on the card; "expect" for each file, "missing" names
  assignment  "claim", "bindings", "clocks", "sessions", "slack_ms"; "expect"
"""
import json,os
import os.path
base = os.path.dirname(os.path.abspath(__file__)) + "/"
def w(d,name,o):
    os.makedirs(base+d,exist_ok=True)
    with open(base+d+'/'+name+'.json','w') as f:
        json.dump(o,f,ensure_ascii=False,indent=1); f.write('\n')
N=lambda name,rule,told: dict(rule=rule,source="spec/recorder-import.md §4",name=name,told=told)
def T(p,f,t=None,o=None,s=None): 
    d={"pattern":p,"from_ms":f}
    if t is not None:d["to_ms"]=t
    if o is not None:d["officer_no"]=o
    if s is not None:d["serial"]=s
    return d
# 2026-11-23 09:30:00 +08:00 = 2026-11-23T01:30:00Z
import datetime
def ms(y,mo,d,h,mi,s): return int(datetime.datetime(y,mo,d,h,mi,s,tzinfo=datetime.timezone(datetime.timedelta(hours=8))).timestamp()*1000)
t=ms(2026,11,23,9,30,0)
w('names','the-profiles-own-names',N("LHSIMSIM0001_210001_20261123093000_0001.MP4","The profile's own names tell serial, officer and time",T("liuhen-profile",t,None,"210001","SIM0001")))
w('names','a-stations-names-tell-the-length',N("XG_210001_210001_20261123093000_00-05-30_03.mp4","A station's names tell how long the recording lasted",T("station",t,t+330000,"210001")))
w('names','the-third-field-is-the-time',N("DSJ_0007_20261123093000_IMP.MP4","The third field between underscores is the time",T("third-field",t)))
w('names','a-date-and-a-time-of-day-anywhere',N("VID-20261123_093000.mov","A date and a time of day anywhere",T("date-and-clock",t)))
w('names','fourteen-digits-anywhere',N("录像 20261123093000.mp4","Fourteen digits anywhere",T("fourteen-digits",t)))
w('names','a-day-that-does-not-exist-is-no-time',N("DSJ_0007_20261323093000_1.MP4","A month that does not exist is no time",None))
w('names','the-thirtieth-of-february',N("20260230093000.MP4","A day that does not exist is no time",None))
w('names','a-counter-is-no-time',N("MOVI0001.AVI","A counter is no time",None))
w('names','thirteen-digits-are-no-time',N("A_B_2026112309300.MP4","Thirteen digits are no time",None))
w('names','an-empty-name',N("","An empty name tells nothing",None))
w('names','a-name-that-turns-the-text-round',N("a\u202e4PM.20261123093000","A name that turns the text round is read like any other",T("fourteen-digits",t)))
w('names','more-than-fourteen-digits',N("120261123093000.MP4","Digits before the time make it another number",None))
# matching
S=lambda c: c*64
F=lambda n,l,s,a=1000,b=2000: dict({"name":n,"len_bytes":l,"started_ms":a,"ended_ms":b},**({"sha256":s} if s else {}))
def M(name,rule,lists,files,expect,missing): w('matching',name,dict(rule=rule,source="spec/recorder-import.md §5",lists=lists,files=files,expect=expect,missing=missing))
G=lambda p,l,s: {"path":p,"len_bytes":l,"sha256":s}
A=[F("A.MP4",9,S('a')),F("B.MP4",8,S('b'),3000,4000)]
M('a-digest-matches','A file whose digest is listed is matched; a listed file that is not there is missing',[A],[G("DCIM/100/A.MP4",9,S('a'))],[{"state":"matched","by":"digest"}],["B.MP4"])
M('a-renamed-file-matches','A digest counts more than a name; the listed name is told',[A],[G("X/renamed.mp4",9,S('a'))],[{"state":"matched","by":"digest","listed_name":"A.MP4"}],["B.MP4"])
M('the-same-name-with-other-content-is-altered','The same name with other content is altered, and not missing',[A],[G("A.MP4",9,S('c'))],[{"state":"altered","listed_sha256":S('a'),"listed_len_bytes":9}],["B.MP4"])
M('the-card-does-not-tell-capitals-apart','Names that differ in the case of ASCII letters are the same',[A],[G("dcim/a.mp4",10,S('c'))],[{"state":"altered","listed_sha256":S('a'),"listed_len_bytes":9}],["B.MP4"])
M('a-file-in-no-list-is-unknown','A file in no list is unknown',[A],[G("C.MP4",1,S('c'))],[{"state":"unknown"}],["A.MP4","B.MP4"])
M('without-a-list-everything-is-unknown','Without a list everything is unknown and nothing is missing',[],[G("A.MP4",9,S('a'))],[{"state":"unknown"}],[])
M('without-a-digest-name-and-length-match','Where the recorder told no digest, name and length match',[[F("A.MP4",9,None)]],[G("A.MP4",9,S('a'))],[{"state":"matched","by":"name_and_length"}],[])
M('without-a-digest-another-length-is-altered','Where the recorder told no digest, another length is altered',[[F("A.MP4",9,None)]],[G("A.MP4",7,S('a'))],[{"state":"altered","listed_len_bytes":9}],[])
M('a-file-that-grew-between-two-lists','An entry without a digest gives way to the later one',[[F("A.MP4",0,None)],[F("A.MP4",9,S('a'))]],[G("A.MP4",9,S('a'))],[{"state":"matched","by":"digest"}],[])
M('the-digest-stated-first-counts','Of two digests for one file the one stated first counts',[[F("A.MP4",9,S('a'))],[F("A.MP4",9,S('b'))]],[G("A.MP4",9,S('b'))],[{"state":"altered","listed_sha256":S('a'),"listed_len_bytes":9}],[])
M('a-file-still-being-recorded-is-not-missing','An entry without digest and length is still being recorded and not missing',[[F("A.MP4",0,None)]],[],[],[])
M('what-vanished-from-later-lists-is-missing','What a later list no longer names is missing all the same',[[F("A.MP4",9,S('a'))],[F("B.MP4",8,S('b'),3000,4000)]],[G("B.MP4",8,S('b'))],[{"state":"matched","by":"digest"}],["A.MP4"])
M('counters-begin-again','One name with two starts is two files',[[F("A.MP4",9,S('a')),F("A.MP4",8,S('b'),3000,4000)]],[G("1/A.MP4",9,S('a')),G("2/A.MP4",8,S('b'))],[{"state":"matched","by":"digest"},{"state":"matched","by":"digest"}],[])
M('a-listed-folder-is-compared','A listed name with folders is compared whole',[[F("100/A.MP4",9,S('a'))]],[G("DCIM/200/A.MP4",9,S('c')),G("DCIM/100/A.MP4",9,S('c'))],[{"state":"unknown"},{"state":"altered","listed_sha256":S('a'),"listed_len_bytes":9}],[])
# assignment
H=3600000
base_ms=ms(2026,11,23,9,0,0)
iss=lambda seq,o,no,f,to=None: dict(seq=seq,officer=o,configured_officer_no=no,serial="SIM0001",from_ms=f,**({"to_ms":to} if to else {}))
sess=lambda c,f,t,*o: dict(session=c*32,from_ms=f,to_ms=t,officers=list(o))
def AS(name,rule,claim,expect,bindings=None,clocks=None,sessions=None,events=None):
    w('assignment',name,dict(rule=rule,source="spec/recorder-import.md §6",claim=claim,
      bindings=bindings if bindings is not None else [iss(2,"o-1","210001",base_ms-H)],clocks=clocks or [],events=events or [],
      sessions=sessions if sessions is not None else [sess("a",base_ms,base_ms+H,"o-1","o-2"),sess("b",base_ms+2*H,base_ms+3*H,"o-1","o-2")],slack_ms=2000,expect=expect))
C=lambda f,t=None,**k: dict({"from_ms":f},**({"to_ms":t} if t else {}),**k)
AS('within-a-session','A file within a session of the officer who had the recorder belongs to it',C(base_ms+60000,base_ms+120000,officer_no="210001",serial="SIM0001"),{"session":"a"*32,"issued_seq":2})
AS('between-two-sessions','A file between two sessions belongs to none',C(base_ms+H+60000,base_ms+H+120000),{"unassigned":"no_session","issued_seq":2})
AS('over-two-sessions','A file over two sessions belongs to the one it shares most with',C(base_ms+H-60000,base_ms+2*H+600000),{"session":"b"*32,"issued_seq":2})
AS('without-a-time','A file without a time belongs to none',{},{"unassigned":"no_time"})
AS('issued-to-nobody','While the recorder is issued to nobody its files belong to none',C(base_ms-2*H),{"unassigned":"no_binding"})
AS('after-the-return','After the return its files belong to none',C(base_ms+60000),{"unassigned":"no_binding"},bindings=[iss(2,"o-1","210001",base_ms-H,base_ms+1000)])
AS('another-officers-session','The session of another officer is not taken',C(base_ms+60000),{"unassigned":"no_session","issued_seq":2},sessions=[sess("a",base_ms,base_ms+H,"o-3","o-4")])
AS('the-name-says-another-officer','A file that names another officer number belongs to none',C(base_ms+60000,officer_no="999999"),{"unassigned":"other_officer","issued_seq":2})
AS('the-name-says-another-recorder','A file that names another serial belongs to none',C(base_ms+60000,serial="SIM0002"),{"unassigned":"other_recorder","issued_seq":2})
AS('the-binding-of-that-time','The binding valid at the time of the file counts, not the present one',C(base_ms+60000),{"session":"a"*32,"issued_seq":2},bindings=[iss(2,"o-1","210001",base_ms-H,base_ms+H),iss(9,"o-3","210003",base_ms+H)])
AS('a-clock-five-minutes-fast','The offset measured at pairing is taken from the recorder\'s time',C(base_ms+H+240000,base_ms+H+250000),{"session":"a"*32,"issued_seq":2,"clock_offset_ms":300000},clocks=[{"at_ms":base_ms-1000,"before_ms":300000,"after_ms":300000}])
AS('both-readings-lead-to-the-same-session','A time shown twice by a clock set back is no matter where both readings lead to the same session',C(base_ms+1200000),{"session":"a"*32,"issued_seq":2,"clock_offset_ms":300000},clocks=[{"at_ms":base_ms+1000000,"before_ms":300000,"after_ms":0}])
AS('both-readings-lead-elsewhere','Where the two readings lead to different sessions the file belongs to none',C(base_ms+2*H+60000),{"unassigned":"ambiguous_time"},clocks=[{"at_ms":base_ms+int(1.9*H),"before_ms":int(1.5*H),"after_ms":0}])
AS('two-seconds-of-slack','A file that begins two seconds after the closing still belongs to the session',C(base_ms+H+2000),{"session":"a"*32,"issued_seq":2})
AS('three-seconds-are-too-many','A file that begins three seconds after the closing does not',C(base_ms+H+3000),{"unassigned":"no_session","issued_seq":2})
ev=lambda f,r,a,c: dict(file=f,recorder_ms=r,at_ms=a,session=c*32)
AS('the-recorder-named-it-in-a-session','A file that the recorder named in a session belongs to it, whatever its clock was set to',C(base_ms+2*H+60000,base_ms+2*H+90000,name="A.MP4"),{"session":"b"*32,"issued_seq":2,"clock_offset_ms":-1000},clocks=[{"at_ms":base_ms+int(1.9*H),"before_ms":int(1.5*H),"after_ms":0}],events=[ev("A.MP4",base_ms+2*H+60000,base_ms+2*H+61000,"b")])
AS('a-counter-that-began-again-is-no-witness','A file of that name at another time is not the one that was named',C(base_ms+60000,name="A.MP4"),{"session":"a"*32,"issued_seq":2},events=[ev("A.MP4",base_ms+2*H+60000,base_ms+2*H+61000,"b")])
