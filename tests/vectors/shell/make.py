"""Makes the vectors beside it: what the core says of a screen, and the facts that the State of either shell must carry."""
import json,os
D=os.path.dirname(os.path.abspath(__file__))
def t(zh,en): return {"zh":zh,"en":en}
def gate(ok=True,*missing): return {"allowed":ok,"missing":list(missing)}
def need(code,zh,en): return {"code":code,"sentence":t(zh,en)}
NONE=t("","")
def storage(level,zh,en): return {"free_bytes":1<<30,"audio_minutes_left":2000,"video_minutes_left":120,"level":level,"sentence":t(zh,en)}
PLENTY=storage("plenty","还可录像约2小时","about 2 hours of video left")
LOW=storage("low","空间不足，还可录像约9分钟","space runs short: about 9 minutes of video left")
FULL=storage("full","空间已满，不能再录制","no space is left to record")
def officer(id="li-wen",name="李文",why=None): return {"officer":id,"name":name,"unit":"劳动保障监察科","cert_no":"LN-0210-0031","qualified":why is None,"why_not":why,"has_pin":True}
def item(id,media="photo",stage="sealed",standing="open",remark=None,label=t("照片","photograph"),stage_text=t("已封存，待上传","sealed, not sent yet"),dur=None):
    return {"item":id,"session":"s1","media":media,"media_type":"image/jpeg","label":label,"recorded_at_ms":1764000000000,"recorded_text":t("11月25日 00:00","25 Nov, 00:00"),"stage":stage,"stage_text":stage_text,"standing":standing,"standing_text":remark,"len_bytes":1000,"duration_ms":dur,"here":True,"thumbnail":None,"readable":False}
def sync(phase="done",s=t("全部已入库","everything is stored"),unsent=0,items=0,bytes_=0,parked=[],last=None,code=None):
    return {"phase":phase,"sentence":s,"code":code,"unsent_records":unsent,"items_not_stored":items,"bytes_to_send":bytes_,"last_ended_ms":last,"last_text":None,"parked":parked}
def today(**k):
    v={"day":"2025-11-25","day_text":t("2025年11月25日 星期二","Tuesday, 25 November 2025"),"officer":officer(),"device_no":"TEL-0007","enrolled":True,"session":None,"next_step":None,"open_session":gate(),"counts":{"on_device":0,"uploading":0,"stored":0,"handed_over":0,"total":0},"counts_sentence":t("今日暂无资料","nothing today"),"items":[],"item_count":0,"overdue":[],"sync":sync(),"storage":PLENTY,"warnings":[]}
    v.update(k); return v
def step(code,zh,en,state,way,missing=[],expl=False): return {"code":code,"label":t(zh,en),"state":state,"way":way,"missing":missing,"explainable":expl,"explanation":None}
def gates(**k):
    g={n:gate() for n in ["show_certificate","give_notice","capture","review","sign","refuse","gap","trigger","close"]}; g.update(k); return g
NEXT=step("notice","告知当事人","give notice","missing","notice",[need("notice_missing","尚未告知当事人","the party has not been told")])
CERT=step("certificate","出示证件","show the certificates","done","certificate")
def session(**k):
    v={"session":"s1","activity":t("日常巡查","patrol"),"party":{"name":"示例公司","kind":"organisation","uscc":None,"representative":"王平"},"cause_name":"日常巡查","place_text":"示例路1号","officers":["li-wen","ding-yi"],"opened_at_ms":1764000000000,"opened_text":t("09:30 开始","began 09:30"),"elapsed_text":t("已进行12分钟","for 12 minutes"),"steps":[CERT,NEXT],"next":NEXT,"gates":gates(),"items":[],"documents":[],"holes":[],"gaps":[],"triggers":[],"suggestions":[],"review":"none","recorders":[]}
    v.update(k); return v
OVER=item("i1",standing="overdue",remark=t("已逾期3小时","3 hours overdue"))
STORED=item("i2",media="audio",stage="stored",standing="kept",label=t("录音","sound"),stage_text=t("已入库","stored"),dur=61000)
card={"session":"s1","activity":t("日常巡查","patrol"),"party_name":"示例公司","place_text":"示例路1号","opened_text":t("09:30 开始","began 09:30")}
WHY=t("执法证已于2024年1月1日到期","the certificate expired on 1 January 2024")
RECORDER={"recorder_no":"ZFY-0007","serial":"SIM0001","holder":"李文","faulty":False,"paired":False,"recording":False,"lost":False,"sentence":t("未连接","not connected")}
FILE={"item":"i9","recorder_no":"ZFY-0007","path":"DCIM/0001.MP4","len_bytes":3000000,"claimed_text":t("11月25日 09:41","25 Nov, 09:41"),"why":t("时间不在任何一次执法活动之内","within no activity"),"session":None,"said":None}
WAIT=t("等待办公室Wi-Fi","waits for the office's Wi-Fi")
files={}
files["today"]={"screen":"today","cases":[
 {"name":"nothing under way","core":{"today":today()},"state":{"loading":False,"conditions":[],"day":t("2025年11月25日 星期二","Tuesday, 25 November 2025"),"officer":{"name":"李文"},"open_session":gate(),"items":[],"item_count":0,"sync":{"sentence":t("全部已入库","everything is stored"),"tone":"good"},"work":{"kind":"idle"}}},
 {"name":"an open activity names its next step, and late items come with why","core":{"today":today(session=card,next_step=NEXT["label"],items=[OVER,STORED],item_count=2,overdue=[OVER],open_session=gate(False,need("session_open","已有执法活动正在进行","an activity is open")),counts={"on_device":1,"uploading":0,"stored":1,"handed_over":0,"total":2})},
  "state":{"session":{"party_name":"示例公司","next":t("告知当事人","give notice")},"open_session":{"allowed":False,"missing":[need("session_open","已有执法活动正在进行","an activity is open")]},"overdue":[{"item":"i1","tone":"bad","remark":t("已逾期3小时","3 hours overdue")}],"items":[{"item":"i1","media":"photo","tone":"bad"},{"item":"i2","media":"audio","tone":"good","stage":t("已入库","stored"),"duration_ms":61000}],"item_count":2,"counts":{"on_device":1,"stored":1}}},
 {"name":"everything that can be wrong is said above the screen","phone":{"network":"none","battery_percent":9},"core":{"today":today(storage=FULL,officer=officer(why=WHY),sync=sync("waiting",WAIT,3,1,1000),warnings=[t("手机时钟不准","the phone's clock is wrong")])},
  "state":{"conditions":[{"kind":"offline"},{"kind":"battery_low","percent":9},{"kind":"storage_low","full":True,"sentence":t("空间已满，不能再录制","no space is left to record")},{"kind":"certificate_expired","sentence":WHY},{"kind":"waiting","sentence":WAIT},{"kind":"said","sentence":t("手机时钟不准","the phone's clock is wrong"),"tone":"attention"}],"storage":{"tone":"bad"},"sync":{"sentence":WAIT,"tone":"plain"}}},
]}
files["capture"]={"screen":"capture","cases":[
 {"name":"the way through the steps","core":{"session":session(),"capture_screen":{"gate":gate(),"storage":LOW,"warnings":[],"last":None}},
  "state":{"activity":t("日常巡查","patrol"),"party_name":"示例公司","elapsed":t("已进行12分钟","for 12 minutes"),"capture":gate(),"conditions":[{"kind":"storage_low","full":False}],"steps":[{"code":"certificate","done":True,"tone":"good","way":"certificate"},{"code":"notice","done":False,"tone":"plain","way":"notice","missing":[need("notice_missing","尚未告知当事人","the party has not been told")]}],"recording":None,"mode":"photo"}},
 {"name":"the core forbids the shutter and says why","phone":{"denied":["camera"]},"core":{"session":session(suggestions=[{"trigger":{"code":"t1","label":t("情形一","circumstance one")},"because":t("当事人拒绝签名","the party refused to sign")}]),"capture_screen":{"gate":gate(False,need("notice_missing","尚未告知当事人","the party has not been told")),"storage":FULL,"warnings":[],"last":None}},
  "state":{"capture":{"allowed":False,"missing":[need("notice_missing","尚未告知当事人","the party has not been told")]},"conditions":[{"kind":"denied","permission":"camera","for_good":False},{"kind":"storage_low","full":True}],"suggestion":t("当事人拒绝签名","the party refused to sign")}},
]}
files["sign_in"]={"screen":"sign_in","cases":[
 {"name":"the roster with who may not record and why","core":{"sign_in_screen":{"officers":[officer(),officer("zhao-gang","赵刚",WHY)],"signed_in":None,"pin_wait_secs":0,"sentence":None}},
  "state":{"loading":False,"officers":[{"officer":"li-wen"},{"officer":"zhao-gang","why_not":WHY}],"chosen":None,"step":"enter","digits":0,"wait_secs":0}},
 {"name":"too many wrong PINs","core":{"sign_in_screen":{"officers":[officer()],"signed_in":None,"pin_wait_secs":30,"sentence":t("请30秒后再试","try again in 30 seconds")}},
  "state":{"wait_secs":30,"sentence":t("请30秒后再试","try again in 30 seconds")}},
]}
files["sync_status"]={"screen":"sync_status","cases":[
 {"name":"it waits and says why","core":{"sync_status":sync("waiting",WAIT,3,1,1000,last=1764000000000),"today":today(items=[OVER,STORED],item_count=2)},
  "state":{"sentence":WAIT,"tone":"plain","unsent_records":3,"items_not_stored":1,"bytes_to_send":1000,"last_ended_ms":1764000000000,"items":[{"item":"i1"}],"parked":[],"running":None,"conditions":[{"kind":"waiting","sentence":WAIT}]}},
 {"name":"a piece that waiting alone will not send","core":{"sync_status":sync("trouble",t("1件需要处理","one needs somebody"),0,1,1000,[{"item":"i1","index":2,"sentence":t("单位已另有同名资料","the bureau holds something else under this name")}]),"today":today(items=[OVER],item_count=1)},
  "state":{"tone":"attention","parked":[{"item":"i1","sentence":t("单位已另有同名资料","the bureau holds something else under this name")}]}},
]}
def point(x): return {"x":x,"y":20,"t_ms":x,"pressure_permille":500}
pads=[{"pad":"party","label":t("当事人","the party"),"strokes":[{"points":[point(10),point(30)]}],"width":8000,"height":4000,"fit":gate(False,need("too_short","签名过于简短","too short for a signature"))},{"pad":"officer li-wen","label":t("李文","Li Wen"),"strokes":[],"width":0,"height":0,"fit":gate(False)},{"pad":"witness","label":t("见证人","the witness"),"strokes":[],"width":0,"height":0,"fit":gate(False)}]
ch=lambda c,z,e:{"code":c,"label":t(z,e)}
files["sign"]={"screen":"sign","cases":[
 {"name":"the paper as the core filled it, and every stroke kept so far","core":{"review":{"stage":"confirmation","open":gate(),"items":[],"documents":[],"confirmation":{"document":"d1","title":"查阅确认书","pages":[{"n":1,"text":"第一页","shown_ms":1500,"seen":True},{"n":2,"text":"第二页","shown_ms":0,"seen":False}]},"reviewer":"王平","objection":"有异议","prepare":gate()},"sign_screen":{"pads":pads,"roles":[ch("self","本人","in person")],"states":[ch("refused","拒绝签名","refuses")],"reasons":[ch("no_reason","未说明理由","gives no reason")],"sign":gate(False,need("too_short","签名过于简短","too short for a signature")),"refuse":gate()}},
  "state":{"title":t("查阅确认书","查阅确认书"),"pages":[{"n":1,"text":"第一页","seen":True},{"n":2,"seen":False}],"objection":"有异议","name":"王平","step":"read","way":"sign","role":"self","pads":[{"pad":"party","strokes":[{"points":[{"x":10,"y":20,"t_ms":10,"pressure":500},{"x":30}]}],"width":8000,"height":4000,"fit":{"allowed":False}},{"pad":"officer li-wen","strokes":[]},{"pad":"witness"}],"sign":{"allowed":False,"missing":[{"code":"too_short"}]},"refuse":{"allowed":True},"refusal":{"states":[{"code":"refused"}],"reasons":[{"code":"no_reason"}]},"ended":None}},
]}
files["gap_sheet"]={"screen":"gap_sheet","cases":[
 {"name":"a hole waits for a reason and a sentence","core":{"gap_sheet":{"holes":[{"from_ms":1764000000000,"to_ms":1764000300000,"sentence":t("00:00至00:05没有记录","nothing was recorded from 00:00 to 00:05")}],"reasons":[ch("device_fault","设备故障","equipment failed")],"gate":gate()}},
  "state":{"holes":[{"from_ms":1764000000000,"to_ms":1764000300000,"sentence":t("00:00至00:05没有记录","nothing was recorded from 00:00 to 00:05")}],"reasons":[{"code":"device_fault"}],"chosen":0,"reason":None,"gate":{"allowed":False}}},
]}
files["session_open"]={"screen":"session_open","cases":[
 {"name":"what can be chosen, who may not record and why, and a check that failed","core":{"open_session_screen":{"officers":[officer(),officer("zhao-gang","赵刚",WHY)],"activities":[ch("patrol","日常巡查","patrol"),ch("inquiry","询问","inquiry")],"party_kinds":[ch("organisation","单位","organisation")],"causes":[ch("c1","未签订劳动合同","no labour contract")],"device_no":"TEL-0007","recorders":[RECORDER],"check":{"passed":False,"fresh":True,"lines":[{"code":"battery","label":t("手机电量不足：21%","the battery is low: 21 %"),"verdict":"failed","overridable":True,"reason":None},{"code":"clock","label":t("时间相差0.3秒","the clock is 0.3 s off"),"verdict":"good","overridable":False,"reason":None}],"sentence":t("使用前检查不合格","the check failed")},"gate":gate(False,need("fresh_check","须重新检查","check again")),"storage":LOW},"open_gate":gate(False,need("fresh_check","须重新检查","check again"),need("party_name","尚未填写当事人名称","the party's name is missing"))},
  "state":{"loading":False,"step":"equipment","conditions":[{"kind":"storage_low","full":False}],"officers":[{"officer":"li-wen","why_not":None},{"officer":"zhao-gang","why_not":WHY}],"activities":[{"code":"patrol","label":t("日常巡查","patrol")},{"code":"inquiry"}],"party_kinds":[{"code":"organisation"}],"causes":[{"code":"c1"}],"recorders":[{"code":"ZFY-0007"}],"check":{"passed":False,"tone":"bad","sentence":t("使用前检查不合格","the check failed"),"lines":[{"code":"battery","tone":"bad","overridable":True,"reason":None},{"code":"clock","tone":"good","overridable":False}]},"storage":{"tone":"attention","video_minutes_left":120},"gate":{"allowed":False}}},
]}
def template(id,zh,en,ok=True,rec=False,*missing): return {"template":id,"title":t(zh,en),"gate":gate(ok,*missing),"recommended":rec}
files["documents"]={"screen":"documents","cases":[
 {"name":"what may be made, what is needed here, and what was made","core":{"documents_screen":{"templates":[template("inspection","现场检查笔录","record of inspection",True,True),template("hearing","听证笔录","record of hearing",False,False,need("hearing_only","听证活动才能制作","for hearings only"))],"documents":[{"document":"d1","title":"现场检查笔录","revision":2,"filled_text":t("10:05 生成","made 10:05"),"pages":3}]}},
  "state":{"loading":False,"templates":[{"template":"inspection","recommended":True,"gate":gate()},{"template":"hearing","recommended":False,"gate":{"allowed":False,"missing":[need("hearing_only","听证活动才能制作","for hearings only")]}}],"documents":[{"document":"d1","title":t("现场检查笔录","现场检查笔录"),"revision":2,"filled":t("10:05 生成","made 10:05"),"pages":3}],"form":None,"reading":None}},
]}
files["recorder"]={"screen":"recorder","cases":[
 {"name":"who has which recorder","phone":{"denied":["nearby_devices"]},"core":{"recorders_screen":{"recorders":[RECORDER,{**RECORDER,"recorder_no":"ZFY-0008","faulty":True,"sentence":t("已报故障，停用","reported out of order")}],"officers":[officer()],"conditions":[ch("good","完好","in order")]},"footage_screen":{"unassigned":[FILE],"unassigned_count":1,"by_hand":[],"sessions":[card],"officers":[officer()]}},
  "state":{"loading":False,"conditions":[{"kind":"denied","permission":"nearby_devices","for_good":False}],"recorders":[{"recorder_no":"ZFY-0007","serial":"SIM0001","holder":"李文","sentence":t("未连接","not connected")},{"recorder_no":"ZFY-0008","sentence":t("已报故障，停用","reported out of order")}],"link":"none","live":None,"found":[],"issue":None,"copying":None}},
]}
files["review"]={"screen":"review","cases":[
 {"name":"what the party has seen, what it would not look at, and what cannot be read here any more","core":{"session":session(),"review":{"stage":"items","open":gate(),"items":[{"line":OVER,"seen":True,"waived":None,"digest":"3fa9c0d21b77"},{"line":{**STORED,"readable":False},"seen":False,"waived":"当事人表示已知悉","digest":"77b21c0d9fa3"}],"documents":[{"document":"d1","title":"现场检查笔录","pages":[{"n":1,"text":"第一页","shown_ms":1500,"seen":True},{"n":2,"text":"第二页","shown_ms":0,"seen":False}]}],"confirmation":None,"reviewer":"王平","objection":"有异议","prepare":gate(False,need("page_shown","第2页尚未查阅","page 2 was not shown"))}},
  "state":{"loading":False,"party_name":"示例公司","reviewer":"王平","objection":"有异议","items":[{"line":{"item":"i1","tone":"bad"},"digest":"3fa9c0d21b77","seen":True,"waived":None},{"line":{"item":"i2"},"seen":False,"waived":"当事人表示已知悉","readable":False}],"documents":[{"document":"d1","title":t("现场检查笔录","现场检查笔录"),"pages":[{"n":1,"text":"第一页","seen":True},{"n":2,"seen":False}]}],"open":None,"waiving":None,"prepare":{"allowed":False,"missing":[need("page_shown","第2页尚未查阅","page 2 was not shown")]},"leaving":False,"leaving_digits":0}},
]}
files["settings"]={"screen":"settings","cases":[
 {"name":"what this phone is, and how it synchronises","phone":{"denied":["location"]},"core":{"settings":{"device_no":"TEL-0007","device":"5f3a","bureau":"示例区人力资源和社会保障局","key_store":t("仅软件保护","in software only"),"due_text":t("次日12时前","by noon of the next day"),"policy":{"office_ssids":["office"],"keep_days":7,"allow_metered":True},"version":"liuhen 0.1","storage":LOW},"sign_in_screen":{"officers":[officer()],"signed_in":officer(),"pin_wait_secs":0,"sentence":None}},
  "state":{"loading":False,"conditions":[{"kind":"storage_low","full":False}],"bureau":"示例区人力资源和社会保障局","device_no":"TEL-0007","device":"5f3a","key_store":t("仅软件保护","in software only"),"due":t("次日12时前","by noon of the next day"),"version":"liuhen 0.1","lang":"zh","office_ssids":["office"],"keep_days":7,"allow_metered":True,"biometric":False,"permissions":[{"permission":"camera","granted":True},{"permission":"microphone","granted":True},{"permission":"location","granted":False},{"permission":"nearby_devices","granted":True},{"permission":"notifications","granted":True}]}},
]}
files["fault_sheet"]={"screen":"fault_sheet","cases":[
 {"name":"which equipment can be reported","core":{"fault_sheet":{"devices":[{"device_no":"TEL-0007","label":t("本机 TEL-0007","this phone, TEL-0007"),"faulty":False}]}},
  "state":{"loading":False,"devices":[{"code":"TEL-0007","label":t("本机 TEL-0007","this phone, TEL-0007")}],"device":None,"symptom":"","data_on_device":True,"gate":{"allowed":False,"missing":[{"code":"device_no"},{"code":"symptom"}]}}},
]}
files["trigger_sheet"]={"screen":"trigger_sheet","cases":[
 {"name":"what may be marked, what points to it, and what is marked","core":{"trigger_sheet":{"triggers":[ch("t1","情形一","circumstance one"),ch("t2","情形二","circumstance two")],"suggestions":[{"trigger":ch("t2","情形二","circumstance two"),"because":t("当事人拒绝签名","the party refused to sign")}],"marked":[t("情形一","circumstance one")],"gate":gate()}},
  "state":{"loading":False,"triggers":[{"code":"t1"},{"code":"t2","label":t("情形二","circumstance two")}],"suggestions":{"t2":t("当事人拒绝签名","the party refused to sign")},"marked":[t("情形一","circumstance one")],"chosen":None,"note":"","gate":{"allowed":False,"missing":[{"code":"trigger"}]}}},
]}
files["enrol"]={"screen":"enrol","cases":[
 {"name":"a phone that has not joined","phone":{"denied":["camera"],"network":"none"},"core":{"enrolment":{"enrolled":False,"device_no":None,"device":None,"bureau":None,"bureau_url":None,"sentence":t("本机尚未登记","this phone has not joined")},"check_enrol_code":gate(False,need("code","请输入登记码","enter the code"))},
  "state":{"conditions":[{"kind":"offline"},{"kind":"denied","permission":"camera","for_good":False}],"scanning":False,"joined":None,"gate":{"allowed":False,"missing":[need("code","请输入登记码","enter the code"),{"code":"url"},{"code":"device_no"}]}}},
 {"name":"a phone that has joined says whom","core":{"enrolment":{"enrolled":True,"device_no":"TEL-0007","device":"5f3a","bureau":"示例区人力资源和社会保障局","bureau_url":"https://10.20.0.5:8443","sentence":t("已加入示例区人力资源和社会保障局","joined")},"check_enrol_code":gate(False)},
  "state":{"joined":{"bureau":"示例区人力资源和社会保障局","device_no":"TEL-0007","sentence":t("已加入示例区人力资源和社会保障局","joined")}}},
]}
for n,v in files.items():
    with open(f"{D}/{n}.json","w") as f:
        v={"about":"What the core says of this screen, and the facts that the State of either shell must carry.",**v}
        json.dump(v,f,ensure_ascii=False,indent=1); f.write("\n")
