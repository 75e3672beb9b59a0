import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;
import{recordBaseline}from"./chunk-5DZBNQHK.js";import"./chunk-WPGOZ3RB.js";import"./chunk-AHP75JSO.js";import"./chunk-CTEYNLBE.js";import"./chunk-ZOUJPB7K.js";export{recordBaseline};
