"""The style of an incident's page: readable in the dark, in print, and without colours."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5a6577; --line: #d5dbe4; --back: #fff; --card: #f6f8fb;
  --ok: #1f7a4d; --warn: #9a6200; --bad: #b3261e; --ai: #7a3ea8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9ba7b8; --line: #364152; --back: #11161e;
  --card: #1a212c; --ok: #63c796; --warn: #e3b04b; --bad: #ff8a80; --ai: #cf9cf5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 28px 48px; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 26px; line-height: 1.25; margin: 4px 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 10px; }
h3 { font-size: 15px; margin: 14px 0 4px; }
code { font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.kicker { color: var(--soft); font-size: 13px; margin: 0; }
.lead { font-size: 16px; margin: 0 0 12px; }
section { border-top: 1px solid var(--line); padding: 18px 0 6px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 10px 20px;
  background: var(--card); border-radius: 8px; padding: 14px 16px; margin: 16px 0; }
.facts dt { color: var(--soft); font-size: 12px; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: 0 32px; }
table { border-collapse: collapse; width: 100%; margin: 4px 0 12px; }
th { text-align: left; color: var(--soft); font-size: 12px; font-weight: 600; }
th, td { padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: break-word; }
td:first-child { white-space: nowrap; }
.gap { color: var(--warn); margin: 4px 0; } .gap::before { content: "gap: "; font-weight: 600; }
.controls { list-style: none; padding: 0; margin: 6px 0; } .controls li { margin: 0 0 10px; }
.remedy { color: var(--soft); font-size: 13px; } .remedy::before { content: "next: "; }
.outcome, .origin { border: 1px solid currentColor; border-radius: 10px; padding: 0 8px; font-size: 12px;
  white-space: nowrap; }
.applied { color: var(--ok); } .absent, .unknown { color: var(--warn); } .set_aside { color: var(--bad); }
.origin.ai, .origin.mixed { color: var(--ai); } .origin.human { color: var(--ok); }
details { border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; margin: 0 0 10px; }
summary { cursor: pointer; overflow-wrap: anywhere; }
blockquote { margin: 8px 0; padding: 8px 14px; border-left: 3px solid var(--line); background: var(--card); }
.drawing { overflow-x: auto; } .drawing svg { width: 100%; min-width: 720px; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, "DejaVu Sans", sans-serif; } svg .soft { fill: var(--soft); }
svg .dot { fill: var(--ok); } svg .dot.none { fill: var(--back); stroke: var(--warn); stroke-dasharray: 3 2; }
svg .dot.failed { fill: var(--bad); } svg .rail { stroke: var(--line); stroke-width: 2; }
svg .what { font-weight: 600; } svg .ask { fill: var(--warn); }
footer { color: var(--soft); font-size: 12px; border-top: 1px solid var(--line); padding-top: 12px; margin-top: 20px; }
@media print { body { max-width: none; padding: 0; } details { break-inside: avoid; } details > * { display: block; } }
"""
