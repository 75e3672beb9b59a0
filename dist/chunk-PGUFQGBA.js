import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;
import{recordBaseline}from"./chunk-TINZQU4B.js";import"./chunk-Z6BE4Q2N.js";import"./chunk-HBUADO3C.js";import"./chunk-CTEYNLBE.js";import"./chunk-ZOUJPB7K.js";export{recordBaseline};
