import type { Problem } from './model.ts'

/** Something that could not be done, said in words: what was wrong with which input, and what to do about it. */
export class Fault extends Error {
  readonly problem: Problem
  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.message} ${problem.remedy}`, options)
    this.name = 'Fault'
    this.problem = problem
  }
}
