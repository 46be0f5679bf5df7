(function(){
"use strict";
var $=function(id){return document.getElementById(id)},tools=$("tools"),q=$("q"),level=$("f-level"),domain=$("f-domain"),grade=$("f-grade"),flag=$("f-flag"),hits=$("hits");
var groups=[].slice.call(document.querySelectorAll(".group"));
groups.forEach(function(g){
  g.rows=[].slice.call(g.querySelectorAll("tbody tr")).map(function(tr){
    return {tr:tr,text:(tr.cells[1].textContent+" "+tr.dataset.c).toLowerCase(),grade:tr.dataset.g||"",flag:tr.querySelector("i")!==null||(tr.querySelector(".why")||tr.querySelector("i")||{textContent:""}).textContent.trim()!==""}
  });
  g.was=g.open;
});
function filter(){
  var words=q.value.toLowerCase().split(/\s+/).filter(Boolean),all=0,active=words.length||grade.value||flag.checked;
  groups.forEach(function(g){
    var on=(!level.value||g.dataset.level===level.value)&&(!domain||!domain.value||g.dataset.domain===domain.value),n=0;
    if(on)g.rows.forEach(function(r){
      var hit=(!grade.value||r.grade===grade.value)&&(!flag.checked||r.flag)&&words.every(function(w){return r.text.indexOf(w)>=0});
      r.tr.hidden=!hit;if(hit)n++;
    });
    g.hidden=!on||n===0;all+=n;
    if(!g.hidden)g.open=active||level.value||(domain&&domain.value)?true:g.was;
  });
  hits.textContent=all+" / "+groups.reduce(function(s,g){return s+g.rows.length},0);
}
function key(tr,at,kind){
  var text=tr.cells[at].textContent.trim();
  if(kind==="t")return text;
  var n=parseFloat(text.replace(/,/g,""));
  return isNaN(n)?null:n;
}
groups.forEach(function(g){
  [].slice.call(g.querySelectorAll("th[data-sort]")).forEach(function(th){
    var at=th.cellIndex,kind=th.dataset.sort,b=document.createElement("span");
    b.className="by";b.tabIndex=0;b.setAttribute("role","button");b.textContent=th.firstChild.textContent.trim();th.replaceChild(b,th.firstChild);
    b.addEventListener("keydown",function(e){if(e.key==="Enter"||e.key===" "){e.preventDefault();b.click()}});
    b.addEventListener("click",function(){
      var up=th.getAttribute("aria-sort")!==(at===0||kind==="t"?"ascending":"descending")===(at===0||kind==="t");
      [].slice.call(th.parentNode.cells).forEach(function(c){c.removeAttribute("aria-sort")});
      th.setAttribute("aria-sort",up?"ascending":"descending");
      var body=g.querySelector("tbody"),rows=g.rows.map(function(r,i){return {tr:r.tr,k:key(r.tr,at,kind),i:i}});
      rows.sort(function(a,b){
        if(a.k===null||b.k===null)return a.k===b.k?a.i-b.i:a.k===null?1:-1;
        var d=kind==="t"?a.k.localeCompare(b.k,document.documentElement.lang):a.k-b.k;
        return (up?d:-d)||a.i-b.i;
      });
      rows.forEach(function(r){body.appendChild(r.tr)});
    });
  });
});
tools.hidden=false;
tools.addEventListener("input",filter);
tools.addEventListener("submit",function(e){e.preventDefault()});
tools.addEventListener("reset",function(){setTimeout(filter,0)});
document.addEventListener("keydown",function(e){
  if(e.key==="/"&&!/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)){e.preventDefault();q.focus()}
  if(e.key==="Escape"&&document.activeElement===q){q.value="";filter()}
});
[].slice.call(document.querySelectorAll(".wide")).forEach(function(w){if(w.scrollWidth>w.clientWidth)w.tabIndex=0});
window.addEventListener("beforeprint",function(){[].slice.call(document.querySelectorAll("details:not(.group)")).forEach(function(d){d.open=true})});
filter();
})();
