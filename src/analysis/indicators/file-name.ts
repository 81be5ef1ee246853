import type { Checked } from './checked.ts';

/** Extensions that make a dotted word a file name: what runs, what carries documents or scripts, what holds others. */
const EXTENSIONS: ReadonlySet<string> = new Set(
  (
    'exe dll sys drv ocx cpl scr pif com bat cmd msi msp msix msixbundle appx appxbundle appinstaller application apk xapk aab ipa dmg pkg app deb rpm appimage run elf out bin dat so dylib ko efi rom img ' +
    'ps1 psm1 psd1 ps1xml ps vbs vbe vb js jse mjs cjs ts tsx jsx wsf wsh wsc sct hta chm hlp inf reg lnk url scf website library-ms search-ms settingcontent-ms desktop service sh bash zsh csh ksh command py pyc pyw pyo pyd pl pm rb php php3 php5 phtml phar asp aspx ashx asmx asax ascx jsp jspx cgi lua go rs c cc cpp h hpp cs java class jar war ear kt swift au3 a3x ahk nim scpt ipynb sql ' +
    'doc docx docm dot dotx dotm xls xlsx xlsm xlsb xlt xltx xltm xla xlam xll csv tsv slk iqy ppt pptx pptm pps ppsx ppsm pot potx potm ppa ppam sldm odt ods odp odg rtf pdf xps oxps one onepkg pub mdb accdb accde vsd vsdx vsdm txt md log eml msg pst ost mbox ics vcf xml xsl xslt json yaml yml toml ini cfg conf config properties html htm xhtml mht mhtml shtml svg swf epub djvu tex ' +
    'zip rar 7z tar gz tgz bz2 tbz2 xz txz zst lz lzma lz4 z cab arj ace iso vhd vhdx vmdk vdi ova ovf wim udf uue b64 hqx crx xpi nupkg whl gem vsix mcpack ' +
    'jpg jpeg png gif bmp ico cur tif tiff webp heic mp3 mp4 m4a wav avi mov mkv wmv flv webm psd ai eps ttf otf woff woff2 ' +
    'tmp temp bak old swp dmp mdmp hprof evtx evt etl pf pcap pcapng cap db sqlite sqlite3 mui manifest cat pdb lib obj o a key pem crt cer der csr p12 pfx jks kdbx gpg pgp asc sig torrent ovpn rdp pcf crdownload part download encrypted locked crypt yar yara rules map css scss less mk tf ipch cab mm'
  ).split(' '),
);

/**
 * Extensions that are top-level domains as well. A bare name of two labels is then read as a file name; a scheme, a
 * path, a port, `www`, a deeper name or a defanged dot makes it a host. `com`, `app`, `ai`, `cc`, `run` and the like
 * are left out: hosts are far more common there.
 */
const DOMAIN_LIKE_EXTENSIONS: ReadonlySet<string> = new Set(
  'md py sh zip mov rs pl so ps pm cab pub mk mm java'.split(' '),
);

/** Extensions above that never decide alone because the top-level domain is the likelier reading. */
const DOMAIN_FIRST: ReadonlySet<string> = new Set(
  'com app ai cc run go tf dev au cat a o h c z pro ms net info'.split(' '),
);

/** Services with a name of two labels under such a suffix, so well known that the file reading is the wrong one. */
const KNOWN_HOSTS: ReadonlySet<string> = new Set(
  'transfer.sh notion.so docs.rs crates.rs lib.rs allegro.pl onet.pl wp.pl cert.pl orange.pl interia.pl o2.pl temp.sh ix.sh bun.sh ntfy.sh vk.md'.split(
    ' ',
  ),
);

/** Names of software that look like a file and a host and are neither. */
const PRODUCTS: ReadonlySet<string> = new Set(
  'node.js vue.js next.js react.js three.js express.js angular.js nuxt.js d3.js ember.js backbone.js asp.net vb.net ado.net ml.net paint.net socket.io draw.io console.log foo.bar makefile.am makefile.in configure.ac e.g i.e a.m p.m a.k.a ph.d'.split(
    ' ',
  ),
);

/** `Newtonsoft.Json`, `Windows.Service`: members of code named with a capital, not extensions. */
const CLASS_LIKE =
  /^[A-Z]\w*\.(?:\w+\.)*(?:Json|Xml|Config|Conf|Properties|Service|Application|Command|Data|Rules|Map|Log|Key|Lib|Manifest|Part|Java|Sql|Sig|Temp|Old|Download|One|Settings|Desktop)$/;

const MEMBERS: ReadonlySet<string> = new Set(
  'log map key old part sig rules lib config conf service sql one lock json xml html css text download command'.split(
    ' ',
  ),
);

const MAX_NAME = 255;
const FORBIDDEN = /[\x00-\x1f/\\:*?"<>|]/;

export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

export const isProductName = (name: string): boolean => PRODUCTS.has(name.toLowerCase());

/** How a dotted word reads: surely a file, a file unless something says host, or not a file. */
export function fileReading(name: string): 'file' | 'file-unless-host' | 'no' {
  const extension = extensionOf(name);
  if (!EXTENSIONS.has(extension) || DOMAIN_FIRST.has(extension)) return 'no';
  if (CLASS_LIKE.test(name)) return 'no';
  if (!DOMAIN_LIKE_EXTENSIONS.has(extension)) return 'file';
  return KNOWN_HOSTS.has(name.toLowerCase()) ? 'no' : 'file-unless-host';
}

/** Any extension we know, host-like ones included: for names that stand in a path. With `mayBeHost` not those that hosts end in more often. */
export function hasKnownExtension(name: string, mayBeHost = false): boolean {
  const extension = extensionOf(name);
  return EXTENSIONS.has(extension) && !(mayBeHost && DOMAIN_FIRST.has(extension));
}

/** Extensions that are everyday methods too: `console.log(`, `items.map(`. */
export const isMemberLike = (name: string): boolean => MEMBERS.has(extensionOf(name));

/** A file name stated as such: anything a file system takes; of a path only the last part is kept. */
export function checkFileName(text: string): Checked {
  const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1).trim();
  if (name === '' || name === '.' || name === '..') return { reason: 'no file name in it' };
  if (name.length > MAX_NAME) return { reason: `longer than ${MAX_NAME} characters` };
  if (FORBIDDEN.test(name)) return { reason: 'a character that file names cannot have' };
  return { value: name, marks: [] };
}
