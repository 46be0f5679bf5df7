//! The pages in a real browser: nothing hangs over at 1280 and 390 pixels, the standings work by real keys, all of it reads with
//! scripts off, nothing goes over the network, and no table is cut off on A4. Skipped where no Chromium is installed.

use super::devtools::{Browser, DOWN, ENTER, ESCAPE, RIGHT, SLASH, SPACE, TAB};
use super::kit::{kaoping, text};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// What `run input/example` writes, made once.
fn edition() -> &'static Path {
    static HOME: OnceLock<TempDir> = OnceLock::new();
    let home = HOME.get_or_init(|| {
        let home = tempfile::tempdir().expect("a scratch folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example");
        let call = kaoping(home.path(), &["run", &text(&example), "-o", &text(&home.path().join("out"))]);
        assert!(call.status < 2, "{}", call.stderr);
        home
    });
    Box::leak(home.path().join("out").into_boxed_path())
}

/// The browser of this machine; says so where there is none.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn browser() -> Option<&'static str> {
    let known = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let found =
        known.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok_and(|call| call.status.success()));
    if found.is_none() {
        println!("skipped: no Chromium on this machine ({})", known.join(", "));
    }
    found
}

fn chromium(browser: &str, folder: &Path, arguments: &[&str], page: &Path) -> String {
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=8000"];
    let address = format!("file://{}", page.display());
    let call = Command::new(browser).args(fixed).arg(profile).args(arguments).arg(address).output().expect("the browser starts");
    assert!(call.status.success(), "{}", String::from_utf8_lossy(&call.stderr));
    String::from_utf8_lossy(&call.stdout).into_owned()
}

/// Collects whatever goes wrong from the first moment on.
const WATCH: &str = "<script>var wrong=[];\
    addEventListener('error',function(e){wrong.push('error: '+(e.message||e.target.tagName))},true);\
    addEventListener('securitypolicyviolation',function(e){wrong.push('blocked: '+e.blockedURI)});\
    console.error=function(){wrong.push('console: '+[].join.call(arguments,' '))};</script>";

/// Says what is wrong to the page around it.
const TELL: &str = "<script>setTimeout(function(){\
    try{CHECKS}catch(e){wrong.push('check failed: '+e)}\
    performance.getEntriesByType('resource').forEach(function(r){if(r.name.slice(0,5)!=='data:')wrong.push('fetched '+r.name)});\
    parent.postMessage(wrong.length?wrong.join(' | '):'all well','*')},50)</script>";

/// Nothing but boxes that scroll by themselves reaches over the side of the window.
const FITS: &str = "var wide=document.documentElement.scrollWidth;\
    if(wide>innerWidth)wrong.push('page is '+wide+' px wide of '+innerWidth);\
    [].forEach.call(document.querySelectorAll('body *'),function(e){\
    if(e.closest('.wide,svg,.skip'))return;var r=e.getBoundingClientRect();\
    if(r.width&&r.right>innerWidth+1)wrong.push(e.tagName+'.'+e.className+' ends at '+r.right)});";

/// Folds open, and links within the page lead somewhere.
const FOLDS: &str = r##"
function want(what,ok){if(!ok)wrong.push(what)}
[].forEach.call(document.querySelectorAll('details'),function(d){
  var s=d.querySelector('summary'),was=d.open;want('a fold can be reached',s&&s.tabIndex===0);s.click();want('a fold opens',d.open!==was);
});
[].forEach.call(document.querySelectorAll('a[href^="#"]'),function(a){want('goes to '+a.hash,document.getElementById(decodeURIComponent(a.hash.slice(1))))});
"##;

/// On paper, with every fold open: no table, chart or text wider than the sheet.
const PAPER: &str = "[].forEach.call(document.querySelectorAll('details'),function(d){d.open=true});\
    [].forEach.call(document.querySelectorAll('table,figure,svg,p,li,pre,code'),function(e){\
    var r=e.getBoundingClientRect();if(r.width&&r.right>innerWidth+1)\
    wrong.push(e.tagName+'.'+(e.getAttribute('class')||'')+' in '+((e.closest('section')||{}).id)+' ends at '+r.right+' of '+innerWidth)});";

/// Runs checks in a copy of a page, in a frame of this width; gives back what the page said.
fn verdict(browser: &str, page: &str, width: u32, checks: &str) -> String {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let page = page.replacen("<head>", &format!("<head>{WATCH}"), 1);
    let (start, end) = page.rsplit_once("</body>").expect("a body");
    let page = format!("{start}{}</body>{end}", TELL.replace("CHECKS", checks));
    std::fs::write(folder.path().join("page.html"), page).expect("written");
    let around = format!(
        "<!doctype html><body><pre id=said></pre><script>addEventListener('message',function(e){{document.getElementById('said').textContent=e.data}})</script>\
         <iframe src=page.html style=\"width:{width}px;height:900px;border:0\"></iframe></body>"
    );
    let outer = folder.path().join("around.html");
    std::fs::write(&outer, around).expect("written");
    let dom = chromium(browser, folder.path(), &["--window-size=1500,1000", "--dump-dom"], &outer);
    let (_, said) = dom.split_once("<pre id=\"said\">").expect("a frame");
    said.split_once("</pre>").expect("its end").0.to_owned()
}

fn page(name: &str) -> String {
    std::fs::read_to_string(edition().join(name)).expect("a page")
}

/// The page as the printer gets it: the style of paper for good.
fn on_paper(page: &str) -> String {
    assert!(page.contains("@media print{"));
    page.replacen("@media print{", "@media all{", 1).replacen("@page{", "@media none{", 1)
}

#[test]
fn the_first_page_fits_at_both_widths() {
    let Some(browser) = browser() else { return };
    let index = page("index.html");
    for width in [1280, 390] {
        assert_eq!(verdict(browser, &index, width, &format!("{FITS}{FOLDS}{FITS}")), "all well", "{width} px");
    }
}

/// What the page around the keys is asked.
const ASK: &str = r"
function groups(){return [].slice.call(document.querySelectorAll('.group'))}
function rows(g){return [].filter.call(g.querySelectorAll('tbody tr'),function(r){return !r.hidden})}
function shown(){return groups().filter(function(g){return !g.hidden}).reduce(function(s,g){return s.concat(rows(g))},[])}
function name(r){return r.cells[1].textContent+' '+r.dataset.c}
function at(){var e=document.activeElement;return e.id||e.className||e.tagName}
function seen(){var e=document.activeElement,r=e.getBoundingClientRect();
  return r.width>0&&r.right>0&&r.left<innerWidth&&r.bottom>0&&r.top<innerHeight&&getComputedStyle(e).outlineStyle!=='none'}
function numbers(g,at){return [].map.call(g.querySelectorAll('tbody tr'),function(r){return parseFloat(r.cells[at].textContent)}).filter(function(n){return !isNaN(n)})}
function sorted(g,at,up){return numbers(g,at).every(function(n,i,s){return i===0||(up?s[i-1]<=n:s[i-1]>=n)})}
";

fn yes(browser: &mut Browser, expression: &str) {
    assert_eq!(browser.value(expression), true, "{expression}; the focus is at {}", browser.value("at()"));
}

#[test]
fn the_first_page_works_by_real_keys() {
    let Some(program) = browser() else { return };
    let mut browser = Browser::start(program);
    let index = edition().join("index.html");
    for width in [1280, 390] {
        browser.size(width, 900);
        browser.open(&index);
        browser.value(ASK);
        let all = browser.value("shown().length").as_u64().expect("a number");
        assert!(all > 70, "{all} rows");
        skip_link(&mut browser);
        search(&mut browser, all);
        filters(&mut browser, all);
        sorting(&mut browser);
    }
    // At 390 pixels the tables are wider than the window: they are reached and scrolled by keys too.
    browser.value("var box=groups()[0].querySelector('.wide');box.focus()");
    yes(&mut browser, "box.tabIndex===0&&document.activeElement===box&&box.scrollLeft===0");
    browser.press(RIGHT);
    assert!(browser.becomes("box.scrollLeft>0"), "the arrow moves the table");
}

/// The first Tab of a page offers to skip to the standings.
fn skip_link(browser: &mut Browser) {
    browser.press(TAB);
    yes(browser, "at()==='skip'&&seen()");
    browser.press(ENTER);
    yes(browser, "location.hash==='#standings'");
}

/// `/` leads to the search; letters, codes and hanzi filter as they are typed; Escape clears.
fn search(browser: &mut Browser, all: u64) {
    browser.press(SLASH);
    yes(browser, "at()==='q'&&document.activeElement.value===''");
    for key in [("1", "Digit1", 49, "1"), ("-", "Minus", 189, "-"), ("4", "Digit4", 52, "4"), ("1", "Digit1", 49, "1")] {
        browser.press(key);
    }
    yes(browser, "document.activeElement.value==='1-41'");
    yes(browser, "shown().length>1&&shown().every(function(r){return name(r).indexOf('1-41')>=0})");
    yes(browser, "document.getElementById('hits').textContent.indexOf(shown().length+' / ')===0");
    browser.press(ESCAPE);
    yes(browser, &format!("document.activeElement.value===''&&shown().length==={all}"));
    browser.enter("五十二团");
    yes(
        browser,
        &format!("shown().length>1&&shown().length<{all}&&shown().every(function(r){{return name(r).indexOf('五十二团')>=0}})"),
    );
    // A group that was folded opens for what is found in it.
    yes(browser, "groups().every(function(g){return g.hidden||g.open})");
    browser.enter("没有");
    yes(browser, "shown().length===0");
    browser.press(ESCAPE);
}

/// Tab goes from filter to filter; arrows choose, the space bar ticks, Enter clears.
fn filters(browser: &mut Browser, all: u64) {
    for what in ["level", "domain", "grade"] {
        browser.press(TAB);
        yes(browser, &format!("at()==='f-{what}'&&seen()"));
        browser.press(DOWN);
        browser.press(DOWN);
        yes(browser, &format!("document.activeElement.selectedIndex===2&&shown().length<{all}"));
    }
    browser.press(TAB);
    yes(browser, "at()==='f-flag'");
    browser.press(SPACE);
    yes(browser, "document.activeElement.checked");
    browser.press(TAB);
    yes(browser, "document.activeElement.type==='reset'");
    browser.press(ENTER);
    assert!(browser.becomes(&format!("shown().length==={all}&&!document.getElementById('f-flag').checked")), "all is cleared");
    browser.press(TAB);
    yes(browser, "document.activeElement.tagName==='SUMMARY'&&seen()");
    for open in [false, true] {
        browser.press(ENTER);
        yes(browser, &format!("groups()[0].open==={open}"));
    }
}

/// Every head of every group sorts by Enter and, again, by the space bar.
fn sorting(browser: &mut Browser) {
    let groups = browser.value("groups().length").as_u64().expect("a number");
    for group in 0..groups {
        browser.value(&format!(
            "var g=groups()[{group}],b=g.querySelectorAll('th[data-sort] [role=button]')[2],th=b.parentNode,column=th.cellIndex;g.open=true;b.focus()"
        ));
        browser.press(ENTER);
        yes(browser, "document.activeElement===b&&th.getAttribute('aria-sort')==='descending'&&sorted(g,column,false)");
        browser.press(SPACE);
        yes(browser, "th.getAttribute('aria-sort')==='ascending'&&sorted(g,column,true)");
    }
}

/// From the first page to a unit and back by keys alone; on the way every stop can be seen.
#[test]
fn tab_and_enter_lead_down_to_a_unit_and_back() {
    let Some(program) = browser() else { return };
    let mut browser = Browser::start(program);
    browser.size(1280, 900);
    browser.open(&edition().join("index.html"));
    browser.value(ASK);
    let mut stops = 0;
    while browser.value("document.activeElement.matches('.stand td a')") != true {
        browser.press(TAB);
        stops += 1;
        assert!(stops < 60, "no unit after {stops} stops: {}", browser.value("at()"));
        yes(&mut browser, "seen()");
    }
    let unit = browser.value("document.activeElement.textContent");
    browser.press(ENTER);
    browser.loaded();
    assert_eq!(browser.value("document.querySelector('h1').firstChild.textContent.trim()"), unit);
    browser.press(TAB);
    yes(&mut browser, "document.activeElement.href.endsWith('/index.html')");
    browser.press(ENTER);
    browser.loaded();
    yes(&mut browser, "document.getElementById('standings')!==null");
}

#[test]
fn a_check_that_fails_is_heard() {
    let Some(browser) = browser() else { return };
    let page =
        "<!doctype html><html><head></head><body><div style=\"width:900px\">wide</div><img src=\"none.png\"></body></html>";
    let said = verdict(browser, page, 390, FITS);
    for part in ["page is 9", "DIV", "error: IMG"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn unit_reports_fit_a_telephone_and_lead_down_to_the_answers() {
    let Some(browser) = browser() else { return };
    let index = page("index.html").replace("&#x2f;", "/");
    let mut links: Vec<&str> = index.split("href=\"units/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    links.sort_unstable();
    links.dedup();
    assert!(links.len() > 20);
    for link in &links {
        assert!(edition().join("units").join(link).is_file(), "{link}");
    }
    let font = std::fs::read_to_string(edition().join("units/font.css")).unwrap_or_default();
    for unit in ["corps", "1", "1-41", "1-41-1"] {
        let report = page(&format!("units/{unit}/report.html"));
        assert!(report.contains("<section id=\"answers\">"), "{unit}: answers by item");
        let inside = report.replacen("<link rel=\"stylesheet\" href=\"../font.css\">", &format!("<style>{font}</style>"), 1);
        for width in [1280, 390] {
            assert_eq!(verdict(browser, &inside, width, FITS), "all well", "{unit} at {width} px");
        }
    }
    let division = page("units/1/report.html").replace("&#x2f;", "/");
    assert!(division.contains("href=\"../1-41/report.html\""), "a division leads to its regiments");
}

#[test]
fn no_table_is_cut_off_on_a4() {
    let Some(browser) = browser() else { return };
    // A4 across, less margins of 12 mm: 273 mm at 96 to the inch.
    assert_eq!(verdict(browser, &on_paper(&page("index.html")), 1031, PAPER), "all well");
    let folder = tempfile::tempdir().expect("a scratch folder");
    let print = |page: PathBuf| {
        let pdf = folder.path().join("page.pdf");
        let to = format!("--print-to-pdf={}", pdf.display());
        chromium(browser, folder.path(), &[&to, "--no-pdf-header-footer"], &page);
        String::from_utf8_lossy(&std::fs::read(&pdf).expect("a PDF")).into_owned()
    };
    let pages = |pdf: &str| pdf.matches("/Type /Page\n").count() + pdf.matches("/Type /Page ").count();
    let index = print(edition().join("index.html"));
    assert!(pages(&index) > 5, "{} pages", pages(&index));
    let across = index.split("/MediaBox [0 0 ").nth(1).and_then(|rest| rest.split('.').next());
    assert_eq!(across, Some("841"), "A4 across");
    for unit in ["1", "1-41", "1-41-1"] {
        let report = print(edition().join(format!("units/{unit}/report.html")));
        assert!((1..=2).contains(&pages(&report)), "{unit}: {} pages", pages(&report));
    }
}

/// Looked at from outside, the frame's own scripts being off: every section shows its text, the rows stand there, and what would
/// need scripts keeps away.
const OUTSIDE: &str = r"
var d=frame.contentDocument,wrong=[];
function want(what,ok){if(!ok)wrong.push(what)}
function seen(e){return e&&e.getBoundingClientRect().height>0}
['findings','returns','standings','weak','charts','troubles','method'].forEach(function(id){
  var s=d.getElementById(id);want(id+' is read',seen(s)&&s.innerText.trim().length>100);
});
want('scripts are off',!d.querySelector('.by'));
want('tools keep away',!seen(d.getElementById('tools')));
var rows=[].slice.call(d.querySelectorAll('.group tbody tr'));
want('rows stand there',rows.length>70&&rows.every(function(r){return !r.hidden&&(!r.closest('details').open||seen(r))}));
want('charts are drawn',[].every.call(d.querySelectorAll('section>figure svg'),seen));
want('it fits',d.documentElement.scrollWidth<=frame.clientWidth);
document.getElementById('said').textContent=wrong.length?wrong.join(' | '):'all well';
";

#[test]
fn everything_reads_with_scripts_off() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a scratch folder");
    let inner = serde_json::to_string(&page("index.html")).expect("text").replace("</", "<\\/");
    let around = format!(
        "<!doctype html><meta charset=utf-8><body><pre id=said></pre><iframe id=frame sandbox=\"allow-same-origin\" \
         style=\"width:1280px;height:900px;border:0\"></iframe><script>var frame=document.getElementById('frame');\
         frame.onload=function(){{try{{{OUTSIDE}}}catch(e){{document.getElementById('said').textContent='failed: '+e}}}};\
         frame.srcdoc={inner};</script></body>"
    );
    let outer = folder.path().join("around.html");
    std::fs::write(&outer, around).expect("written");
    let dom = chromium(browser, folder.path(), &["--window-size=1500,1000", "--dump-dom"], &outer);
    let (_, said) = dom.split_once("<pre id=\"said\">").expect("a frame");
    assert_eq!(said.split_once("</pre>").expect("its end").0, "all well");
}
