import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;
import{recordBaseline}from"./chunk-GPINEP6U.js";import"./chunk-VK6UHEJ4.js";import"./chunk-XSSK44TY.js";import"./chunk-CTEYNLBE.js";import"./chunk-ZOUJPB7K.js";export{recordBaseline};
