const pairs = `
  acc:account acct:account addr:address adr:address admin:administrator amt:amount app:application
  arr:array attr:attribute auth:authentication avg:average bg:background btn:button bttn:button
  cal:calendar cat:category cb:checkbox chk:checkbox cfg:configuration conf:configuration
  config:configuration cnt:count col:column cmd:command comp:component ctrl:control ctr:container
  cust:customer dd:dropdown ddl:dropdown del:delete desc:description dest:destination dlg:dialog
  doc:document docs:documents dl:download dt:date el:element elem:element err:error exp:expiry
  ext:extension fld:field fn:firstname fname:firstname frm:form fwd:forward grp:group hdr:header
  hist:history img:image pic:picture info:information inp:input inv:invoice lang:language lbl:label
  len:length lnk:link lname:lastname loc:location lst:list max:maximum mgmt:management mgr:manager
  min:minimum mnu:menu mod:modal msg:message nav:navigation nbr:number no:number nr:number num:number
  opt:option opts:options ord:order org:organization pass:password passwd:password pw:password
  pwd:password pct:percent pg:page ph:phone pos:position pref:preference prefs:preferences
  prev:previous prod:product proj:project qty:quantity quant:quantity rb:radio rec:record ref:reference
  reg:register rel:related req:request res:result resp:response sec:section sel:select
  spec:specification src:source srch:search stat:status sub:submit subj:subject svc:service tbl:table
  tel:telephone temp:temporary tmp:temporary tgl:toggle ttl:title txt:text upd:update usr:user
  uname:username val:value vid:video vol:volume wnd:window win:window`

/** Short forms as identifiers use them, with their long forms. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = Object.fromEntries(
  pairs
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split(':') as [string, string]),
)
