import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;
import{recordBaseline}from"./chunk-T37R4GPR.js";import"./chunk-26ADZATA.js";import"./chunk-A4NVZOZB.js";import"./chunk-CTEYNLBE.js";import"./chunk-ZOUJPB7K.js";export{recordBaseline};
