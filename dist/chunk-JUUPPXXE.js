import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;
import{recordBaseline}from"./chunk-KVBYDIYC.js";import"./chunk-76TLNON4.js";import"./chunk-C7ZTI4HV.js";import"./chunk-CTEYNLBE.js";import"./chunk-ZOUJPB7K.js";export{recordBaseline};
