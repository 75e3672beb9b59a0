/** A package that measures tides, in Python and for Node.js: what version 2 renamed, and what it gave up. */

const PYTHON_V1 = `"""Reads the gauges of a harbour."""


class Gauge:
    def level_of(self, dock):
        return {"north": 3, "south": 2}[dock]

    def calibrate(self):
        return True

    def enable_alarm(self):
        return "on"

    def drain(self, dock, slowly=False):
        return dock


def open_gauge(name):
    return Gauge()


def listen(name, retries=1):
    return retries


def close_gauge(gauge):
    return gauge


def sound(name):
    return name
`

const PYTHON_V2 = `"""Reads the gauges of a harbour."""

_RENAMED = {
    "Gauge.level_of": "Gauge.read_level",
    "Gauge.enable_alarm": "Gauge.disable_alarm",
    "Gauge.drain": "Use \`Gauge.purge\` instead.",
}


class Gauge:
    def read_level(self, dock):
        return {"north": 3, "south": 2}[dock]

    def disable_alarm(self):
        return "off"

    def purge(self):
        return "all"


def connect(name):
    """Opens a gauge. Replaces \`\`open_gauge\`\`."""
    return Gauge()


def disconnect(gauge):
    """Closes a gauge. Replaces \`\`close_gauge\`\`."""
    return gauge


def listen(name, attempts=1, loudly=False):
    """Waits for a gauge to speak.

    .. versionchanged:: 2.0
       Renamed the parameter \`\`retries\`\` to \`\`attempts\`\`.
    """
    return attempts


def ping(name):
    """Says whether a gauge answers. It does not replace \`\`sound\`\`."""
    return True
`

const pyproject = (version: string): string => `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "tideline"
version = "${version}"
description = "Reads gauges"

[tool.setuptools]
packages = ["tideline"]
`

/** Sources of the package of Python, by version. */
export const PYTHON_PACKAGE: Readonly<Record<'1' | '2', Readonly<Record<string, string>>>> = {
  '1': { 'pyproject.toml': pyproject('1.0.0'), 'tideline/__init__.py': PYTHON_V1 },
  '2': { 'pyproject.toml': pyproject('2.0.0'), 'tideline/__init__.py': PYTHON_V2 },
}

const manifest = (version: string): string =>
  JSON.stringify({
    name: 'tideline',
    version,
    type: 'module',
    exports: { types: './index.d.ts', default: './index.js' },
  })

const SCRIPT_V1 = `export class Gauge {
  alarms = { armed: true }
  levelOf(dock) { return { north: 3, south: 2 }[dock] }
  calibrate() { return true }
}
export const openGauge = () => new Gauge()
export const sound = (name) => name
export const harbour = { gauges: { count: () => 2 } }
`
const TYPES_V1 = `export declare class Gauge {
  alarms: { armed: boolean }
  levelOf(dock: string): number
  calibrate(): boolean
}
export declare const openGauge: (name: string) => Gauge
export declare const sound: (name: string) => string
export interface Gauges { count(): number }
export declare const harbour: { gauges: Gauges }
`
const SCRIPT_V2 = SCRIPT_V1.replace('levelOf', 'readLevel')
  .replace('  calibrate() { return true }\n', '')
  .replace('openGauge', 'connect')
  .replace('export const sound = (name) => name\n', 'export const ping = () => true\n')
  .replace('gauges:', 'instruments:')
const TYPES_V2 = `export declare class Gauge {
  alarms: { armed: boolean }
  /** Formerly \`levelOf\`. */
  readLevel(dock: string): number
}
/** Replaces {@link openGauge}. */
export declare const connect: (name: string) => Gauge
/** Whether a gauge answers. */
export declare const ping: (name: string) => boolean
/** Prior to version 2 these were known as \`harbour.gauges\`. */
export interface Instruments { count(): number }
export interface Harbour { instruments: Instruments }
export declare const harbour: Harbour
`

/** Files of the package for Node.js, by version. */
export const NODE_PACKAGE: Readonly<Record<'1' | '2', Readonly<Record<string, string>>>> = {
  '1': { 'package.json': manifest('1.0.0'), 'index.js': SCRIPT_V1, 'index.d.ts': TYPES_V1 },
  '2': { 'package.json': manifest('2.0.0'), 'index.js': SCRIPT_V2, 'index.d.ts': TYPES_V2 },
}
