import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;
import{EXIT}from"./chunk-435J2W3Z.js";import{recordBaseline}from"./chunk-5DZBNQHK.js";import{STORE_FOLDER,writeTest}from"./chunk-IMZ4Z4DV.js";import"./chunk-M3UNADW6.js";import"./chunk-WPGOZ3RB.js";import"./chunk-AHP75JSO.js";import"./chunk-CTEYNLBE.js";import"./chunk-ZOUJPB7K.js";var recordCommand=async(config,context)=>{let{tests,steps,problems}=await recordBaseline({...config,onlyGreen:!1},{env:context.env,progress:()=>{},...context.signal?{signal:context.signal}:{}},(test,kept)=>writeTest(config.root,test,kept));for(let{message,remedy}of problems)context.stderr.write(`${message} ${remedy}
`);return context.stdout.write(`${STORE_FOLDER} holds ${steps} steps of ${tests} ${tests===1?"test":"tests"}.
`),steps>0?EXIT.done:EXIT.left};export{recordCommand};
