/** One difference between what a step did and what it does, and whether a commit explains it. */
export interface Finding {
  readonly verdict: 'explained' | 'different'
  readonly why: string
}
