import type { Prior } from './logit.ts'

/**
 * What is believed of the weights before any data. Similo's pairs know neither test ids, labels, headings, rows nor
 * pictures: there these priors are all there is. They follow the success rates the 15 strategies start with: a test id
 * is kept by 99.5 %, an id by 98 %, a name by 95 %, … a picture by 50 %.
 */
const MEANS: Readonly<Record<string, number>> = {
  base: -3,
  'testId.agrees': 4,
  'testId.differs': 1.5,
  'testId.lost': 1,
  'testId.exact': 2.5,
  'id.exact': 2,
  'formName.agrees': 2.5,
  'formName.differs': 1.5,
  'caption.differs': 1,
  'caption.exact': 1,
  'heading.differs': 0.5,
  'rowKey.differs': 1.5,
  'name.lost': 1.5,
  'look.differs': 0.5,
}

/** How strongly every weight is held to what is believed of it; the base hardly. */
const STRENGTH = 0.03

/** The prior for a list of features. Only the base may be negative: more agreement never speaks against. */
export function priorOf(names: readonly string[]): Prior {
  return {
    mean: Float64Array.from(names, (name) => MEANS[name] ?? (name.endsWith('.agrees') ? 1 : 0.5)),
    strength: Float64Array.from(names, (name) => (name === 'base' ? 0.01 : STRENGTH)),
    rising: names.map((name) => name !== 'base'),
  }
}
