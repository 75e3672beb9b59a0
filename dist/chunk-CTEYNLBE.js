import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;
var Fault=class extends Error{problem;constructor(problem,options){super(`${problem.message} ${problem.remedy}`,options),this.name="Fault",this.problem=problem}};export{Fault};
