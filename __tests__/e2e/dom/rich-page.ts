/** A page with one of everything that decides a role, a name, a state. */
export const RICH_PAGE = `<!doctype html><html lang="en"><head><title>Rich</title><style>
  .icon::before { content: "★"; } .alt::after { content: "x" / "closed"; } .block::after { content: "!"; display: block }
  .gone { display: none } .unseen { visibility: hidden } .flat { display: contents } .empty { width: 0; height: 0; overflow: hidden }
  .clear { opacity: 0 }
</style></head><body>
<header><h1>Shop <small>of things</small></h1><nav aria-label="Main"><ul><li><a href="/a">Home</a></li><li><a>no link</a></li></ul></nav></header>
<main>
  <header>inner header</header><footer>inner footer</footer>
  <section><h2 class="icon">Starred</h2></section><section aria-label="Offers"><p>Text <b>bold</b></p></section>
  <form name="attributes"><input name="attributes" aria-label="Shadows the form"><input name="children"></form>
  <form aria-labelledby="lab"><span id="lab">Sign <i>up</i></span>
    <label for="mail">E-mail</label><input id="mail" type="email" placeholder="you@example.org">
    <label>Password <input type="password" value="secret"></label>
    <label>Inline <input type="checkbox" checked> agree to <input type="text" value="five"> rules</label>
    <input type="search" placeholder="Find"><input type="text" list="colours" title="Colour"><datalist id="colours"><option>red</option></datalist>
    <input type="number" aria-label="Count" value="3"><input type="range" title="Volume"><input type="radio" name="r" aria-label="One"><input type="hidden" value="x">
    <input type="submit"><input type="submit" value="Go"><input type="reset"><input type="button" value="Plain"><input type="button" title="Titled">
    <input type="file"><input type="image" alt="Pic"><input type="image"><input type="date" aria-label="Day"><input type="color" aria-label="Paint">
    <textarea placeholder="Notes"></textarea><textarea readonly aria-label="Fixed">x</textarea>
    <select aria-label="Size"><option>S</option><option selected>M</option><optgroup label="Big" disabled><option>L</option></optgroup></select>
    <select multiple title="Many"><option>A</option></select>
    <fieldset disabled><legend>Address <button type="button">Help</button></legend><input aria-label="Street"><button type="button">Look up</button></fieldset>
    <fieldset title="Titled set"></fieldset>
    <output>12</output><label>Load <progress value="3" max="9"></progress></label><meter value="2" title="Heat"></meter>
    <button disabled>Disabled</button><button aria-disabled="true">Aria off</button><div aria-disabled="true"><button>In an off group</button><span role="button">Also off</span></div>
    <button aria-label="Labelled">Content</button><button title="From title"></button><button><img src="" alt="Picture"> and text</button>
    <button><svg><title>Vector</title><path d=""/></svg></button><button class="alt">Close</button><button class="block">Stop</button>
    <button><span class="gone">hidden</span>Shown <span aria-hidden="true">x</span><span class="unseen">no</span></button>
    <button><span>a</span><span>b</span><div>c</div><br>d&nbsp;e</button>
    <button aria-labelledby="lab hid">x</button><span id="hid" class="gone">hidden <i>label</i></span>
    <span role="textbox" contenteditable="true" aria-label="Rich">text</span><div contenteditable>plain editable</div>
  </form>
  <table><caption>Prices</caption><thead><tr><th>Name</th><th scope="col">Price</th></tr></thead>
    <tbody><tr><th>Tea</th><td>2 <button>Buy tea</button></td></tr><tr><td>Cup</td><td><input aria-label="Amount" value="7"></td></tr></tbody><tfoot><tr><td>Sum</td><td></td></tr></tfoot></table>
  <table role="grid"><tr><td>Grid cell</td></tr></table><table role="presentation"><tr><td>Layout</td></tr></table><table><tr><th>Lonely</th></tr></table>
  <table role="none" tabindex="0"><tr><td>Kept</td></tr></table>
  <ul role="none"><li>No item</li></ul><ol><li>Item <a href="#x">link in item</a></li></ol><dl role="none"><dt>Term</dt><dd>Def</dd></dl><dl><div><dt>T</dt><dd>D</dd></div></dl>
  <img src="" alt=""><img src="" alt="Cat"><img src="" title="Dog"><img src="" alt="" tabindex="0"><svg aria-label="Chart"><a href="#s" xlink:title="Svg link">t</a><g><title>Group</title></g></svg><svg></svg>
  <figure><img src="" alt="Tree"><figcaption>A tree</figcaption></figure><article>Article <em>em</em> <strong>st</strong> <code>c</code> <del>d</del> <ins>i</ins> <mark>m</mark> <sub>s</sub> <sup>p</sup> <time>now</time> <dfn>w</dfn></article>
  <details><summary>More <b>info</b></summary><p>Inside</p></details><details open><summary>Open</summary><p>Inside open</p></details>
  <div role="tablist"><div role="tab" aria-selected="true">First</div><div role="tab">Second <span>tab</span></div></div><div role="tabpanel" aria-label="Panel">p</div>
  <div role="menu"><div role="menuitem">Cut</div><div role="menuitemcheckbox" aria-checked="true">Bold</div></div><div role="switch" aria-checked="false">Dark</div>
  <div role="combobox" aria-label="Pick"><div role="listbox"><div role="option" aria-selected="true">Chosen</div><div role="option">Other</div></div></div>
  <div role="tree"><div role="treeitem">Branch <div role="group"><div role="treeitem">Leaf</div></div></div></div><div role="tooltip">Tip</div><div role="alert">Alarm</div><div role="dialog" aria-label="Dialog"><button>OK</button></div>
  <div role="nonsense button">Second role</div><div role="heading" aria-level="3">Aria heading</div><div role="slider" aria-valuenow="4" aria-label="Slide"></div><div role="progressbar" aria-valuetext="half" title="P"></div>
  <a href="#1"><h3>Heading link</h3><p>with text</p></a><a href="#2" title="Only title"><i class="icon"></i></a><a href="#3" aria-label="">Empty label</a><a href="#4">soft&shy;hyphen zero\u200bwidth</a>
  <div class="gone"><button>In hidden</button></div><button class="unseen">Unseen <span style="visibility:visible">seen again</span></button><div class="flat"><button>In contents</button>text</div><div class="flat"></div>
  <button class="empty"></button><button class="clear">Transparent</button><div inert><button>Inert</button></div><div aria-hidden="true"><button>Aria hidden</button></div>
  <p><span>span</span> <q>quoted</q></p><hr><blockquote>b</blockquote><address>a</address><search>s</search><aside>side</aside><menu><li>m</li></menu><math></math><area href="#">
  <div id="host"><template shadowrootmode="open"><style>button::after{content:"·s"}</style><h4>Shadow head</h4><slot></slot><button>Shadow button</button><label for="sf">Shadow field</label><input id="sf"></template><button>Light button</button></div>
  <button id="slotted"><template shadowrootmode="open"></template></button>
  <x-card><template shadowrootmode="open"><button><slot name="label">fallback</slot></button></template><span slot="label">Slotted name</span><em>not slotted</em></x-card>
  <iframe title="Payment" srcdoc="<button>Pay</button><label>Card <input autocomplete='cc-number' value='4111'></label>"></iframe>
</main><footer>Bottom</footer></body></html>`
