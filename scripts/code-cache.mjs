// Node keeps compiled code in a folder of the checkout: in the common temporary folder, which is its default, any user
// of the machine could leave code for us to run.
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

nodeModule.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/osmia-code', import.meta.url)));
