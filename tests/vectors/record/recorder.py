"""The kinds of record about recorders and their footage; called by make.py."""
import json


def without(body, *names):
    return {k: v for k, v in body.items() if k not in names}


def make_recorder_kinds(put, record, canonical, KINDS, DIGEST, SESSION):
    def make(kind, body, session, signed, rule, expect="accept", reason=None, insession=None):
        if insession is None:
            insession = session != "forbidden"
        text = canonical(record(kind, body, session=SESSION if insession else None))
        more = {"kind": kind, "signed": signed, "session": session} if expect == "accept" else {}
        put("kind", rule, "3", expect, reason, **more, record=text)

    I='c1'*16; ITEM='b1'*16
    file={"name":"A1.MP4","len_bytes":9,"sha256":DIGEST,"started_ms":1795000000000,"ended_ms":1795000001000}
    issued={"recorder_no":"JL-01","serial":"0000001","configured_officer_no":"210001","officer":"o-1","name":"张三","cert_no":"辽B0203001","unit":"监察科","from_ms":1795000000000,"issued_by":"赵保管","condition":"good","note":"配充电器"}
    make('recorder_issued',issued,'forbidden',False,'Kind recorder_issued')
    make('recorder_issued',without(issued,'note'),'forbidden',False,'Kind recorder_issued, optional members absent')
    make('recorder_issued',dict(issued,key_sha256=DIGEST),'forbidden',False,'An issue names the key that the recorder proved to hold')
    make('recorder_issued',dict(issued,key_sha256=DIGEST[:-2]),'forbidden',False,'The digest of a key has 32 bytes','refuse','31 bytes')
    make('recorder_issued',dict(issued,configured_officer_no='2100012'),'forbidden',False,'An officer number in a recorder has at most six characters','refuse','seven characters')
    make('recorder_issued',dict(issued,issued_by=' '),'forbidden',False,'An issue names who issued it','refuse','blank')
    make('recorder_issued',dict(issued,cert_no=''),'forbidden',False,'An issue names the certificate','refuse','empty')
    ret={"recorder_no":"JL-01","officer":"o-1","to_ms":1795000090000,"received_by":"赵保管","condition":"worn","data_on_device":True,"note":"外壳划痕"}
    make('recorder_returned',ret,'forbidden',False,'Kind recorder_returned')
    make('recorder_returned',without(ret,'note'),'forbidden',False,'Kind recorder_returned, optional members absent')
    make('recorder_returned',dict(ret,received_by=''),'forbidden',False,'A return names who received it','refuse','empty')
    al={"recorder_no":"JL-01","alarm":"swapped","expected":"0000001","found":"0000002","file":"A1.MP4"}
    make('recorder_alarm',al,'either',False,'Kind recorder_alarm')
    make('recorder_alarm',without(al,'expected','found','file'),'either',False,'Kind recorder_alarm, optional members absent',insession=False)
    make('recorder_alarm',dict(al,alarm='lens_dirty'),'either',False,'Alarms are a closed list','refuse','unknown alarm')
    rep={"device_no":"JL-01","step":"returned","repairer":"示例维修站","approved_by":"赵保管","approval_no":"修2026-7","cost_fen":12000,"note":"更换电池"}
    make('repair_recorded',rep,'forbidden',False,'Kind repair_recorded')
    make('repair_recorded',without(rep,'approval_no','cost_fen','note'),'forbidden',False,'Kind repair_recorded, optional members absent')
    make('repair_recorded',dict(rep,approved_by=''),'forbidden',False,'A repair names who approved it','refuse','empty')
    make('repair_recorded',dict(rep,cost_fen=-1),'forbidden',False,'A cost is not negative','refuse','negative')
    beg={"import":I,"recorder_no":"JL-01","card_officer_no":"210001","supervisors":[{"name":"张三","role":"officer"},{"name":"李四","role":"officer"}],"lists":[DIGEST]}
    make('import_begun',beg,'forbidden',False,'Kind import_begun')
    make('import_begun',without(beg,'card_officer_no','supervisors','lists'),'forbidden',False,'Kind import_begun, optional members absent')
    make('import_begun',dict(beg,supervisors=[{"name":"赵保管","role":"custodian"}]),'forbidden',False,'The custodian may supervise alone')
    make('import_begun',dict(beg,supervisors=[{"name":"张三","role":"officer"}]),'forbidden',False,'One officer does not supervise alone','refuse','one officer')
    make('import_begun',dict(beg,supervisors=[{"name":"张三","role":"officer"},{"name":"张三 ","role":"officer"}]),'forbidden',False,'One officer is not two supervisors','refuse','the same name twice')
    make('import_begun',dict(beg,lists=[]),'forbidden',False,'An empty list of lists is absent','refuse','an empty list is written')
    imp={"import":I,"recorder_no":"JL-01","item":ITEM,"path":"DCIM/100/A1.MP4","len_bytes":9,"sha256":DIGEST,"listed":{"state":"matched","by":"digest","listed_name":"A1.MP4"},"claimed_from_ms":1795000000000,"claimed_to_ms":1795000001000,"clock_offset_ms":-120,"claimed_officer_no":"210001","pattern":"third-field","changed_while_read":True,"issued_seq":2,"unassigned":"no_session"}
    make('file_imported',without(imp,'unassigned'),'either',False,'Kind file_imported')
    make('file_imported',dict(without(imp,'claimed_from_ms','claimed_to_ms','clock_offset_ms','claimed_officer_no','pattern','changed_while_read','issued_seq','unassigned'),listed={"state":"unknown"}),'either',False,'Kind file_imported, optional members absent')
    make('file_imported',imp,'either',False,'A file in no session says why',insession=False)
    make('file_imported',dict(without(imp,'unassigned'),listed={"state":"altered","listed_sha256":DIGEST,"listed_len_bytes":8}),'either',False,'An altered file')
    make('file_imported',dict(without(imp,'unassigned'),listed={"state":"matched","by":"name_and_length"}),'either',False,'A file matched by name and length')
    make('file_imported',dict(without(imp,'unassigned'),changed_while_read=False),'either',False,'A flag that is not set is absent','refuse','false is written')
    ni={"import":I,"recorder_no":"JL-01","path":"DCIM/100/A2.MP4","reason":"read_error","item":ITEM}
    make('file_not_imported',ni,'forbidden',False,'Kind file_not_imported')
    make('file_not_imported',dict(without(ni,'item'),reason='symbolic_link'),'forbidden',False,'Kind file_not_imported, optional members absent')
    make('footage_missing',{"import":I,"recorder_no":"JL-01","files":[file]},'either',False,'Kind footage_missing')
    fin={"import":I,"recorder_no":"JL-01","outcome":"complete","files":3,"bytes":27,"already_here":1,"matched":2,"unknown":1,"altered":1,"missing":1,"unassigned":1,"not_imported":0}
    make('import_finished',fin,'forbidden',True,'Kind import_finished')
    make('import_finished',dict(fin,outcome='deleted'),'forbidden',True,'Outcomes of an import are four','refuse','unknown outcome')
    make('footage_releasable',{"recorder_no":"JL-01","files":[{"path":"DCIM/100/A1.MP4","item":ITEM,"sha256":DIGEST,"receipt_index":41}]},'forbidden',False,'Kind footage_releasable')
    asg={"recorder_no":"JL-01","item":ITEM,"sha256":DIGEST,"imported_seq":9,"officer":"o-1","name":"张三","cert_no":"辽B0203001","reason":"录像中可见被检查单位门牌","supersedes":12}
    make('file_assigned',without(asg,'supersedes'),'either',True,'Kind file_assigned')
    make('file_assigned',asg,'either',True,'A later assignment names the one before it')
    make('file_assigned',asg,'either',True,'An assignment taken back stands in no session',insession=False)
    make('file_assigned',without(asg,'supersedes'),'either',True,'Only an earlier assignment can be taken back','refuse','no session and nothing superseded',insession=False)
    make('file_assigned',dict(asg,reason=' '),'either',True,'An assignment by hand says why','refuse','blank')
    make('file_assigned',dict(asg,cert_no=''),'either',True,'An assignment by hand names who decided','refuse','no certificate')
    make('file_assigned',dict(asg,imported_seq=0),'either',True,'An assignment by hand follows an import','refuse','record 0')
    make('file_assigned',dict(asg,supersedes=9),'either',True,'An assignment supersedes one after the import','refuse','the import itself')
    # extensions
    paired=KINDS['recorder_paired'][0]
    make('recorder_paired',dict(paired,issued_seq=2),'either',False,'A pairing names the issue that binds the recorder')
    make('recorder_paired',dict(paired,issued_seq=2,key_sha256=DIGEST),'either',False,'A pairing names the key that the recorder proved to hold')
    make('recorder_listed',{"recorder_no":"JL-01","list_sha256":DIGEST,"files":[dict(file,important=True)],"page":{"n":2,"of":3,"files":1001}},'either',False,'A page of a list; a file marked as important')
    make('recorder_listed',{"recorder_no":"JL-01","list_sha256":DIGEST,"files":[file],"page":{"n":4,"of":3,"files":1001}},'either',False,'A page of a list is one of its pages','refuse','page 4 of 3')
    make('recorder_listed',{"recorder_no":"JL-01","list_sha256":DIGEST,"files":[dict(file,important=False)]},'either',False,'A file that is not marked says nothing of it','refuse','false is written')
    make('recorder_event',{"recorder_no":"JL-01","event":"segment","recorder_ms":1795000001000,"file":"A2.MP4"},'either',False,'A recorder goes on in the next file')
    c2=json.loads(json.dumps(KINDS['pre_use_check'][0])); c2['recorder'].update(clock_uncertainty_ms=60,serial="0000001",configured_officer_no="210001",issued_seq=2)
    make('pre_use_check',c2,'forbidden',False,'A recorder checked against its issue')
    op=KINDS['capture_opened'][0]
    op=dict(without(op,'derived_from','label'),source='recorder',source_no='JL-01',media='video',media_type='video/mp4',original_name='A1.MP4')
    make('capture_opened',op,'either',False,'Footage of a recorder may stand in no session',insession=False)
