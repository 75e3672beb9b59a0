import { type Answer, binsOf } from './metrics.ts'

/** Answers of one benchmark, to be drawn in one colour. */
export interface Series {
  readonly name: string
  readonly answers: readonly Answer[]
}

const SIZE = 320
const LEFT = 52
const TOP = 36
const COLOURS = ['#0b6e4f', '#c8553d', '#3a5ba0', '#8a6d1d']

const x = (share: number): number => LEFT + share * SIZE
const y = (share: number): number => TOP + (1 - share) * SIZE
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/**
 * Reliability diagram as SVG: for each tenth of confidence, how often such answers were right. On the diagonal a
 * confidence means what it says. The area of a point grows with the number of answers.
 */
export function reliabilityDiagram(series: readonly Series[]): string {
  const grid = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (at) =>
      `<path d="M${x(at)} ${y(0)}V${y(1)}M${x(0)} ${y(at)}H${x(1)}" stroke="#ddd"/>` +
      `<text x="${x(at)}" y="${y(0) + 18}" text-anchor="middle">${at}</text><text x="${x(0) - 8}" y="${y(at) + 4}" text-anchor="end">${at}</text>`,
  )
  const curves = series.map(({ name, answers }, i) => {
    const colour = COLOURS[i % COLOURS.length] ?? '#000'
    const points = binsOf(answers)
      .filter(({ weight }) => weight > 0)
      .map(({ weight, confidence, right }) => ({ at: confidence / weight, hit: right / weight, weight }))
    const line = points
      .map(({ at, hit }, k) => `${k === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(hit).toFixed(1)}`)
      .join('')
    const dots = points.map(({ at, hit, weight }) => {
      const radius = Math.min(12, 1.5 + Math.sqrt((weight / answers.length) * 120)).toFixed(1)
      const title = `${name}: ${weight} answers at ${at.toFixed(2)}, right ${hit.toFixed(2)}`
      return `<circle cx="${x(at).toFixed(1)}" cy="${y(hit).toFixed(1)}" r="${radius}" fill="${colour}" fill-opacity=".55"><title>${escapeXml(title)}</title></circle>`
    })
    const legend = `<rect x="${LEFT + SIZE + 20}" y="${TOP + i * 22}" width="12" height="12" fill="${colour}"/><text x="${LEFT + SIZE + 38}" y="${TOP + 11 + i * 22}">${escapeXml(name)} (${answers.length})</text>`
    return `<path d="${line}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join('')}${legend}`
  })
  const [width, height] = [LEFT + SIZE + 220, TOP + SIZE + 60]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Reliability diagram" font-family="sans-serif" font-size="12" fill="#333">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="20" font-weight="bold">How often an answer is right, by how sure it was</text>
${grid.join('\n')}
<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="#888" stroke-dasharray="4 4"/>
${curves.join('\n')}
<text x="${x(0.5)}" y="${y(0) + 42}" text-anchor="middle">confidence</text>
<text transform="translate(14 ${y(0.5)}) rotate(-90)" text-anchor="middle">share of right answers</text>
</svg>
`
}
