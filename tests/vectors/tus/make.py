#!/usr/bin/env python3
"""Writes rules.json beside itself; README.md says what its members mean. Run: `python3 tests/vectors/tus/make.py`."""

import json
import pathlib

R=[]
OFF="application/offset+octet-stream"
def rule(id,level,section,quote,steps,needs=(),create=True,**more):
    R.append({"id":id,"level":level,"section":section,"quote":quote,"needs":list(needs),"create":create,**more,"steps":steps})
def step(method,to,status,headers=None,body=None,expect=None):
    s={"method":method,"to":to}
    if headers: s["headers"]=headers
    if body is not None: s["body"]=body
    s["expect"]={"status":status if isinstance(status,list) else [status]}
    if expect: s["expect"]["headers"]=expect
    return s
def patch(frm,to,status,expect=None,offset=None,**h):
    headers={"Content-Type":OFF,"Upload-Offset":str(frm if offset is None else offset)}
    headers.update({k.replace("_","-"):v for k,v in h.items()})
    return step("PATCH","upload",status,headers,{"from":frm,"to":to},expect)
def head(offset,status=[200,204],**e):
    x={"Upload-Offset":str(offset)}; x.update(e)
    return step("HEAD","upload",status,expect=x)
P={"present":True}; N={"present":False}
VER={"matches":r"\s*[0-9]+\.[0-9]+\.[0-9]+(\s*,\s*[0-9]+\.[0-9]+\.[0-9]+)*\s*"}
INT={"matches":"[0-9]+"}
# Core: headers
rule("head-1","must","Upload-Offset","The `Upload-Offset` request and response header indicates a byte offset within a resource. The value MUST be a non-negative integer.",
     [step("HEAD","upload",[200,204],expect={"Upload-Offset":INT})])
for n,bad in enumerate(["-1","1.5","abc",""," ","0x1"],1):
    rule(f"offset-bad-{n}","must","Upload-Offset","The value MUST be a non-negative integer.",
     [step("PATCH","upload",[400,409],{"Content-Type":OFF,"Upload-Offset":bad},{"from":0,"to":10}), head(0)])
rule("offset-missing","must","PATCH","The `Upload-Offset` header's value MUST be equal to the current offset of the resource.",
     [step("PATCH","upload",[400,409],{"Content-Type":OFF},{"from":0,"to":10}), head(0)])
rule("length-1","must","Upload-Length","The `Upload-Length` request and response header indicates the size of the entire upload in bytes. The value MUST be a non-negative integer.",
     [step("HEAD","upload",[200,204],expect={"Upload-Length":"${len}"})])
for n,bad in enumerate(["-1","1.5","abc",""],1):
    rule(f"length-bad-{n}","must","Upload-Length","The value MUST be a non-negative integer.",
     [step("POST","collection",400,{"Upload-Length":bad,"Upload-Metadata":"${metadata}"})],["creation"],create=False)
rule("version-1","must","Tus-Version","The `Tus-Version` response header MUST be a comma-separated list of protocol versions supported by the Server.",
     [step("OPTIONS","collection",[200,204],{"Tus-Resumable":None},expect={"Tus-Version":VER})],create=False)
rule("version-2","must","Tus-Version","The `Tus-Version` response header MUST be a comma-separated list of protocol versions supported by the Server.",
     [step("OPTIONS","collection",[200,204],{"Tus-Resumable":None},expect={"Tus-Version":{"has":"1.0.0"}})],create=False)
rule("resumable-1","must","Tus-Resumable","The `Tus-Resumable` header MUST be included in every request and response except for `OPTIONS` requests.",
     [step("HEAD","upload",[200,204],expect={"Tus-Resumable":"1.0.0"}),
      patch(0,10,204,{"Tus-Resumable":"1.0.0"}),
      step("PATCH","upload",409,{"Content-Type":OFF,"Upload-Offset":"3"},{"from":0,"to":10},{"Tus-Resumable":"1.0.0"}),
      step("HEAD","unknown",[404,410,403],expect={"Tus-Resumable":"1.0.0"})])
rule("resumable-2","must","Tus-Resumable","The `Tus-Resumable` header MUST be included in every request and response except for `OPTIONS` requests.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata}"},expect={"Tus-Resumable":"1.0.0"})],["creation"],create=False)
for m,extra in (("HEAD",{}),("PATCH",{"Content-Type":OFF,"Upload-Offset":"0"}),("DELETE",{})):
    needs=["termination"] if m=="DELETE" else []
    for n,v in enumerate(["0.2.2","2.0.0","1.0","x"],1):
        rule(f"version-{m.lower()}-{n}","must","Tus-Resumable","If the version specified by the Client is not supported by the Server, it MUST respond with the `412 Precondition Failed` status and MUST include the `Tus-Version` header into the response. In addition, the Server MUST NOT process the request.",
         [step(m,"upload",412,{"Tus-Resumable":v,**extra},{"from":0,"to":10} if m=="PATCH" else None,{"Tus-Version":{"has":"1.0.0"}}), head(0)],needs)
rule("version-missing","must","Tus-Resumable","The `Tus-Resumable` header MUST be included in every request and response except for `OPTIONS` requests.",
     [step("PATCH","upload",[400,412],{"Tus-Resumable":None,"Content-Type":OFF,"Upload-Offset":"0"},{"from":0,"to":10}), head(0)])
rule("version-post","must","Tus-Resumable","If the version specified by the Client is not supported by the Server, it MUST respond with the `412 Precondition Failed` status and MUST include the `Tus-Version` header into the response.",
     [step("POST","collection",412,{"Tus-Resumable":"0.2.2","Upload-Length":"${len}","Upload-Metadata":"${metadata}"},expect={"Tus-Version":{"has":"1.0.0"},"Location":N})],["creation"],create=False)
rule("extension-1","must","Tus-Extension","The `Tus-Extension` response header MUST be a comma-separated list of the extensions supported by the Server. If no extensions are supported, the `Tus-Extension` header MUST be omitted.",
     [step("OPTIONS","collection",[200,204],expect={"Tus-Extension":{"matches":"[a-z-]+(\\s*,\\s*[a-z-]+)*"}})],["creation"],create=False)
rule("max-size-1","must","Tus-Max-Size","The `Tus-Max-Size` response header MUST be a non-negative integer indicating the maximum allowed size of an entire upload in bytes.",
     [step("OPTIONS","collection",[200,204],expect={"Tus-Max-Size":INT})],create=False,only_with_max_size=True)
rule("override-1","must","X-HTTP-Method-Override","The `X-HTTP-Method-Override` request header MUST be a string which MUST be interpreted as the request's method by the Server, if the header is presented. The actual method of the request MUST be ignored.",
     [step("POST","upload",204,{"X-HTTP-Method-Override":"PATCH","Content-Type":OFF,"Upload-Offset":"0"},{"from":0,"to":10},{"Upload-Offset":"10"}), head(10)])
rule("override-2","must","X-HTTP-Method-Override","The actual method of the request MUST be ignored.",
     [step("POST","upload",204,{"X-HTTP-Method-Override":"DELETE"}), step("HEAD","upload",[404,410])],["termination"])
rule("override-3","must","X-HTTP-Method-Override","The actual method of the request MUST be ignored.",
     [step("PATCH","upload",[200,204],{"X-HTTP-Method-Override":"HEAD","Content-Type":OFF,"Upload-Offset":"0"},{"from":0,"to":0},{"Upload-Offset":"0"}), head(0)])
rule("head-2","must","HEAD","The Server MUST always include the `Upload-Offset` header in the response for a `HEAD` request, even if the offset is `0`, or the upload is already considered completed.",
     [head(0), patch(0,None,204), head("${len}")])
rule("head-3","must","HEAD","If the size of the upload is known, the Server MUST include the `Upload-Length` header in the response.",
     [step("HEAD","upload",[200,204],expect={"Upload-Length":"${len}"}), patch(0,None,204), step("HEAD","upload",[200,204],expect={"Upload-Length":"${len}"})])
rule("head-4","should","HEAD","If the resource is not found, the Server SHOULD return either the `404 Not Found`, `410 Gone` or `403 Forbidden` status without the `Upload-Offset` header.",
     [step("HEAD","unknown",[404,410,403],expect={"Upload-Offset":N})])
rule("head-5","should","HEAD","The Server SHOULD acknowledge successful `HEAD` requests with a `200 OK` or `204 No Content` status.",[step("HEAD","upload",[200,204])])
rule("head-6","must","HEAD","The Server MUST prevent the client and/or proxies from caching the response by adding the `Cache-Control: no-store` header to the response.",
     [step("HEAD","upload",[200,204],expect={"Cache-Control":{"has":"no-store"}})])
rule("patch-1","should","PATCH","The Server SHOULD accept `PATCH` requests against any upload URL and apply the bytes contained in the message at the given offset specified by the `Upload-Offset` header.",
     [patch(0,10,204,{"Upload-Offset":"10"}), patch(10,25,204,{"Upload-Offset":"25"}), head(25)])
rule("patch-2","should","PATCH","All `PATCH` requests MUST use `Content-Type: application/offset+octet-stream`, otherwise the server SHOULD return a `415 Unsupported Media Type` status.",
     [step("PATCH","upload",415,{"Content-Type":"application/octet-stream","Upload-Offset":"0"},{"from":0,"to":10}), head(0),
      step("PATCH","upload",415,{"Content-Type":None,"Upload-Offset":"0"},{"from":0,"to":10}), head(0)])
for n,off in enumerate(["0","9","11","99999999"],1):
    rule(f"patch-conflict-{n}","must","PATCH","If the offsets do not match, the Server MUST respond with the `409 Conflict` status without modifying the upload resource.",
     [patch(0,10,204), patch(10,20,409,offset=int(off)), head(10)])
rule("patch-3","must","PATCH","The Server MUST acknowledge successful `PATCH` requests with the `204 No Content` status.",[patch(0,10,204), patch(10,None,204)])
rule("patch-4","must","PATCH","It MUST include the `Upload-Offset` header containing the new offset. The new offset MUST be the sum of the offset before the `PATCH` request and the number of bytes received and processed or stored during the current `PATCH` request.",
     [patch(0,7,204,{"Upload-Offset":"7"}), patch(7,7,204,{"Upload-Offset":"7"}), patch(7,None,204,{"Upload-Offset":"${len}"})])
rule("patch-5","should","PATCH","If the server receives a `PATCH` request against a non-existent resource it SHOULD return a `404 Not Found` status.",
     [step("PATCH","unknown",404,{"Content-Type":OFF,"Upload-Offset":"0"},{"from":0,"to":10})])
rule("patch-6","must","PATCH","The value MUST be equal to the current offset of the resource: an upload has no more bytes than its `Upload-Length`.",
     [step("PATCH","upload",[400,413],{"Content-Type":OFF,"Upload-Offset":"0"},{"from":0,"to":None,"and":"more"}), step("HEAD","upload",[200,204],expect={"Upload-Length":"${len}"})])
rule("options-1","must","OPTIONS","A successful response indicated by the `204 No Content` or `200 OK` status MUST contain the `Tus-Version` header. It MAY include the `Tus-Extension` and `Tus-Max-Size` headers.",
     [step("OPTIONS","collection",[200,204],{"Tus-Resumable":None},expect={"Tus-Version":P})],create=False)
rule("options-2","must","OPTIONS","The Client SHOULD NOT include the `Tus-Resumable` header in the request and the Server MUST ignore the header.",
     [step("OPTIONS","collection",[200,204],{"Tus-Resumable":"0.2.2"},expect={"Tus-Version":P}), step("OPTIONS","collection",[200,204],{"Tus-Resumable":"nonsense"},expect={"Tus-Version":P})],create=False)
# creation
rule("creation-1","must","Creation","If the Server supports this extension, it MUST add `creation` to the `Tus-Extension` header.",[step("OPTIONS","collection",[200,204],expect={"Tus-Extension":{"has":"creation"}})],["creation"],create=False)
rule("creation-2","must","POST","The Server MUST acknowledge a successful upload creation with the `201 Created` status. The Server MUST set the `Location` header to the URL of the created resource.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata}"},expect={"Location":P}), head(0)],["creation"],create=False)
rule("creation-3","must","POST","The request MUST include one of the following headers: a) `Upload-Length` … b) `Upload-Defer-Length: 1`.",
     [step("POST","collection",400,{"Upload-Metadata":"${metadata}"})],["creation"],create=False)
rule("creation-4","should","POST","If the `Upload-Defer-Length` header contains any other value than `1` the server should return a `400 Bad Request` status.",
     [step("POST","collection",400,{"Upload-Defer-Length":"2","Upload-Metadata":"${metadata}"})],["creation"],create=False)
rule("creation-5","must","POST","If the Server supports deferring length, it MUST add `creation-defer-length` to the `Tus-Extension` header.",
     [step("POST","collection",400,{"Upload-Defer-Length":"1","Upload-Metadata":"${metadata}"})],["creation","!creation-defer-length"],create=False)
rule("creation-6","must","POST","If the length of the upload exceeds the maximum, which MAY be specified using the `Tus-Max-Size` header, the Server MUST respond with the `413 Request Entity Too Large` status.",
     [step("POST","collection",413,{"Upload-Length":"${max+1}","Upload-Metadata":"${metadata}"})],["creation"],create=False,only_with_max_size=True)
rule("creation-7","must","POST","If an upload contains additional metadata, responses to `HEAD` requests MUST include the `Upload-Metadata` header and its value as specified by the Client during the creation.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata},filename d29ybGQ=,empty"}), step("HEAD","upload",[200,204],expect={"Upload-Metadata":"${metadata},filename d29ybGQ=,empty"})],["creation"],create=False)
rule("creation-8","may","POST","The Location URL MAY be absolute or relative; the new resource has an implicit offset of `0`.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata}"}), head(0), patch(0,10,204,{"Upload-Offset":"10"})],["creation"],create=False)
rule("metadata-1","may","Upload-Metadata","The value MAY be empty. In these cases, the space, which would normally separate the key and the value, MAY be left out.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata},is_confidential"}), head(0)],["creation"],create=False)
rule("metadata-2","must","Upload-Metadata","All keys MUST be unique.",
     [step("POST","collection",400,{"Upload-Length":"${len}","Upload-Metadata":"${metadata},a MQ==,a Mg=="})],["creation"],create=False)
rule("metadata-3","must","Upload-Metadata","the value MUST be Base64 encoded",
     [step("POST","collection",400,{"Upload-Length":"${len}","Upload-Metadata":"${metadata},a !!!!"})],["creation"],create=False)
rule("metadata-4","must","Upload-Metadata","The key MUST NOT contain spaces and commas and MUST NOT be empty.",
     [step("POST","collection",400,{"Upload-Length":"${len}","Upload-Metadata":"${metadata}, "})],["creation"],create=False)
rule("metadata-5","may","Upload-Metadata","The Client MAY supply the `Upload-Metadata` header: an empty one, which clients send, is no metadata.",
     [step("POST","collection",[201,422],{"Upload-Length":"${len}","Upload-Metadata":""})],["creation"],create=False)
# creation-with-upload
rule("with-upload-1","must","Creation With Upload","it MUST advertise this by including `creation-with-upload` in the `Tus-Extension` header. … if the Server does not offer the Creation extension, it MUST NOT offer the Creation With Upload extension either.",
     [step("OPTIONS","collection",[200,204],expect={"Tus-Extension":{"has":"creation"}})],["creation-with-upload"],create=False)
rule("with-upload-2","must","Creation With Upload","The Server SHOULD accept as many bytes as possible and MUST include the `Upload-Offset` header in the response and MUST set its value to the offset of the upload after applying the accepted bytes.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata}","Content-Type":OFF},{"from":0,"to":10},{"Upload-Offset":"10","Location":P}), head(10), patch(10,None,204,{"Upload-Offset":"${len}"})],["creation-with-upload"],create=False)
rule("with-upload-3","must","Creation With Upload","The Client MAY include either the entirety or a chunk of the upload data in the body of the `POST` request.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata}","Content-Type":OFF},{"from":0,"to":None},{"Upload-Offset":"${len}"}), head("${len}")],["creation-with-upload"],create=False)
# expiration
rule("expiration-1","must","Expiration","This header MUST be included in every `PATCH` response if the upload is going to expire. The value of the `Upload-Expires` header MUST be in RFC 9110 datetime format.",
     [patch(0,10,204,{"Upload-Expires":{"matches":"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"}})],["expiration"])
rule("expiration-2","must","Expiration","If the expiration is known at the creation, the `Upload-Expires` header MUST be included in the response to the initial `POST` request.",
     [step("POST","collection",201,{"Upload-Length":"${len}","Upload-Metadata":"${metadata}"},expect={"Upload-Expires":P})],["expiration","creation"],create=False)
rule("expiration-3","should","Expiration","If a Client does attempt to resume an upload which has since been removed by the Server, the Server SHOULD respond with the `404 Not Found` or `410 Gone` status.",
     [patch(0,10,204), {"expire":True}, step("HEAD","upload",[404,410],expect={"Upload-Offset":N})],["expiration"],expire=True)
# checksum
rule("checksum-1","must","Checksum","The `Tus-Checksum-Algorithm` header MUST be included in the response to an `OPTIONS` request.",
     [step("OPTIONS","collection",[200,204],expect={"Tus-Checksum-Algorithm":{"matches":"[^A-Z,]+(,[^A-Z,]+)*"}})],["checksum"],create=False)
rule("checksum-2","must","Checksum","The Server MUST support at least the SHA1 checksum algorithm identified by `sha1`.",
     [step("OPTIONS","collection",[200,204],expect={"Tus-Checksum-Algorithm":{"has":"sha1"}})],["checksum"],create=False)
rule("checksum-3","must","Checksum","Once the entire request has been received, the Server MUST verify the uploaded chunk against the provided checksum using the specified algorithm. … `204 No Content` if the checksums match and the processing of the data succeeded.",
     [patch(0,10,204,{"Upload-Offset":"10"},Upload_Checksum="sha1 ${sha1}"), head(10)],["checksum"])
rule("checksum-4","must","Checksum","`460 Checksum Mismatch` if the checksums mismatch … the uploaded chunk MUST be discarded, and the upload and its offset MUST NOT be updated.",
     [patch(0,10,204), patch(10,20,460,Upload_Checksum="sha1 ${sha1-other}"), head(10), patch(10,20,204,Upload_Checksum="sha1 ${sha1}")],["checksum"])
rule("checksum-5","must","Checksum","`400 Bad Request` if the checksum algorithm is not supported by the server … the uploaded chunk MUST be discarded, and the upload and its offset MUST NOT be updated.",
     [patch(0,10,400,Upload_Checksum="nosuch ${sha1}"), head(0)],["checksum"])
rule("checksum-6","must","Upload-Checksum","The header MUST consist of the name of the used checksum algorithm and the Base64 encoded checksum separated by a space.",
     [patch(0,10,400,Upload_Checksum="sha1"), patch(0,10,400,Upload_Checksum="sha1 !!!"), head(0)],["checksum"])
rule("checksum-7","may","Checksum","A Client MAY include the `Upload-Checksum` header in a `PATCH` request.",
     [patch(0,10,204,{"Upload-Offset":"10"},Upload_Checksum="sha256 ${sha256}"), patch(10,20,460,Upload_Checksum="sha256 ${sha256-other}"), head(10)],["checksum","checksum:sha256"])
rule("checksum-8","must","Checksum","If the Server can handle trailers, this behavior MUST be announced by adding `checksum-trailer` to the `Tus-Extension` header.",
     [step("OPTIONS","collection",[200,204],expect={"Tus-Extension":{"has":"checksum-trailer"}})],["checksum-trailer"],create=False)
# termination
rule("termination-1","must","Termination","When receiving a `DELETE` request for an existing upload the Server SHOULD free associated resources and MUST respond with the `204 No Content` status confirming that the upload was terminated.",
     [patch(0,10,204), step("DELETE","upload",204)],["termination"])
rule("termination-2","should","Termination","For all future requests to this URL, the Server SHOULD respond with the `404 Not Found` or `410 Gone` status.",
     [step("DELETE","upload",204), step("HEAD","upload",[404,410]), patch(0,10,[404,410]), step("DELETE","upload",[404,410])],["termination"])
rule("termination-3","must","Termination","a way for the Client to terminate completed and unfinished uploads",
     [patch(0,None,204), step("DELETE","upload",204), step("HEAD","upload",[404,410])],["termination"])
# what we do not offer: deferred lengths and concatenation
def deferred(*steps): return [step("POST","collection",201,{"Upload-Defer-Length":"1","Upload-Metadata":"${metadata}"}), *steps]
D=["creation-defer-length"]
rule("defer-1","must","POST","As long as the length of the upload is not known, the Server MUST set `Upload-Defer-Length: 1` in all responses to `HEAD` requests.",
     deferred(head(0,**{"Upload-Defer-Length":"1"}), patch(0,10,204), head(10,**{"Upload-Defer-Length":"1"})),D,create=False)
rule("defer-2","must","POST","the Client MUST set the `Upload-Length` header in the next `PATCH` request, once the length is known.",
     deferred(patch(0,10,204,Upload_Length="${len}"), head(10,**{"Upload-Length":"${len}","Upload-Defer-Length":N}), patch(10,None,204,{"Upload-Offset":"${len}"})),D,create=False)
rule("defer-3","must","POST","Once set the length MUST NOT be changed.",
     deferred(patch(0,10,204,Upload_Length="20"), patch(10,15,[204,400,403,409,413],Upload_Length="${len}"), step("HEAD","upload",[200,204],expect={"Upload-Length":"20"})),D,create=False)
def partial(frm,to,save):
    return [{**step("POST","collection",201,{"Upload-Length":str(to-frm),"Upload-Metadata":"${metadata}","Upload-Concat":"partial"}),"save":save},
            step("PATCH",save,204,{"Content-Type":OFF,"Upload-Offset":"0"},{"from":frm,"to":to})]
C=["concatenation"]
final=partial(0,10,"first")+partial(10,25,"second")+[step("POST","collection",201,{"Upload-Concat":"final;${first} ${second}","Upload-Metadata":"${metadata}"},expect={"Location":P})]
rule("concatenation-1","must","Concatenation","The response to a HEAD request for a partial upload MUST contain the `Upload-Offset` header. … MUST include the `Upload-Concat` header and its value as received in the upload creation request.",
     partial(0,10,"first")+[step("HEAD","first",[200,204],expect={"Upload-Offset":"10","Upload-Concat":"partial"})],C,create=False)
rule("concatenation-2","must","Concatenation","After successful concatenation, the `Upload-Offset` and `Upload-Length` MUST be set and their values MUST be equal. … The length of the final upload MUST be the sum of the length of all partial uploads.",
     final+[step("HEAD","upload",[200,204],expect={"Upload-Offset":"25","Upload-Length":"25"})],C,create=False)
rule("concatenation-3","must","Concatenation","Response to `HEAD` request against partial or final upload MUST include the `Upload-Concat` header and its value as received in the upload creation request.",
     final+[step("HEAD","upload",[200,204],expect={"Upload-Concat":"final;${first} ${second}"})],C,create=False)
rule("concatenation-4","must","Concatenation","The Server MUST respond with the `403 Forbidden` status to `PATCH` requests against a final upload URL and MUST NOT modify the final or its partial uploads.",
     final+[patch(25,30,403), step("HEAD","upload",[200,204],expect={"Upload-Length":"25"})],C,create=False)
out = (pathlib.Path(__file__).parent / "rules.json").open("w")
json.dump({"protocol":"tus 1.0.0","source":"https://tus.io/protocols/resumable-upload","rules":R},out,ensure_ascii=False,indent=1)
out.write("\n")
out.close()
print(len(R)); assert len({r['id'] for r in R})==len(R)
