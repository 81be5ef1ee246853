/** Extensions that carry each kind of content without any lie. Kinds that are absent here are never called a mismatch. */
const FITTING: readonly [mediaTypes: readonly string[], words: string, extensions: readonly string[]][] = [
  [
    ['application/vnd.microsoft.portable-executable', 'application/x-dosexec'],
    'a Windows program',
    'exe dll sys scr cpl ocx drv com pif efi ax mui node pyd xll msstyles acm tsp winmd vbx bpl fon'.split(' '),
  ],
  [['application/x-elf'], 'a Unix program', 'elf so o ko bin out run axf node mod a prx puff'.split(' ')],
  [['application/x-mach-binary'], 'a macOS program', 'dylib bundle o so node macho kext bin out'.split(' ')],
  [['application/java-vm'], 'a Java class', ['class']],
  [['application/x-ms-shortcut'], 'a Windows shortcut', ['lnk']],
  [['application/x-msi'], 'a Windows installer', ['msi', 'msp', 'mst', 'msm']],
  [['application/pdf'], 'a PDF document', ['pdf', 'fdf', 'ai']],
  [['application/rtf'], 'an RTF document', ['rtf', 'doc']],
  [['application/msword'], 'a Word document', ['doc', 'dot', 'wbk', 'wiz']],
  [['application/vnd.ms-excel'], 'an Excel workbook', ['xls', 'xlt', 'xla', 'xlm', 'xlw']],
  [['application/vnd.ms-powerpoint'], 'a PowerPoint presentation', ['ppt', 'pps', 'pot', 'ppa']],
  [['application/vnd.ms-outlook'], 'an Outlook message', ['msg', 'oft']],
  [['application/onenote'], 'a OneNote section', ['one', 'onetoc2', 'onepkg']],
  [
    ['application/zip'],
    'a ZIP archive',
    'zip jar apk xpi kmz whl egg war ear zipx nupkg crx ipa cbz docx xlsx pptx'.split(' '),
  ],
  [['application/java-archive'], 'a Java archive', ['jar', 'war', 'ear', 'aar', 'zip']],
  [['application/vnd.android.package-archive'], 'an Android package', ['apk', 'xapk', 'apks', 'aar']],
  [['application/x-rar-compressed'], 'a RAR archive', ['rar', 'rev', 'cbr']],
  [['application/x-7z-compressed'], 'a 7-Zip archive', ['7z', 'cb7']],
  [['application/x-iso9660-image'], 'a disc image', ['iso', 'img', 'udf']],
  [['application/vnd.ms-cab-compressed'], 'a Windows cabinet archive', ['cab', 'msu', 'wsp', 'diagcab']],
  [['application/vnd.ms-htmlhelp'], 'a Windows help file', ['chm', 'chw']],
  [['application/hta'], 'an HTML application', ['hta']],
  [['text/html'], 'an HTML page', 'html htm xhtml shtml mht mhtml svg hta php asp aspx jsp xht tpl vue txt'.split(' ')],
  [['text/x-powershell'], 'a PowerShell script', ['ps1', 'psm1', 'psd1', 'txt', 'log', 'ps1xml']],
  [['text/vbscript'], 'a VBScript', ['vbs', 'vba', 'bas', 'cls', 'frm', 'vb', 'txt', 'asp']],
  [['text/x-msdos-batch'], 'a Windows batch file', ['bat', 'cmd', 'txt', 'nt']],
  [['text/x-shellscript'], 'a shell script', ['sh', 'bash', 'zsh', 'ksh', 'txt', 'command', 'run', 'in', 'profile']],
  [['text/x-script-encoded'], 'an encoded script', ['jse', 'vbe', 'wsf', 'asp']],
  [['image/jpeg'], 'a JPEG image', ['jpg', 'jpeg', 'jpe', 'jfif', 'jif']],
  [['image/png', 'image/apng'], 'a PNG image', ['png', 'apng', 'ico']],
  [['image/gif'], 'a GIF image', ['gif']],
];

/** Extensions whose content has a shape of its own, so that any other content under them is a mismatch. */
const CLAIMS: Readonly<Record<string, RegExp>> = {
  pdf: /^application\/pdf$/,
  doc: /^(?:application\/(?:msword|rtf|x-cfb|encrypted|xml|vnd\..*word.*)|text\/html|message\/rfc822)$/,
  docx: /^application\/(?:vnd\..*word.*|encrypted|zip)$/,
  docm: /^application\/(?:vnd\..*word.*|encrypted|zip)$/,
  xls: /^(?:application\/(?:vnd\.ms-excel.*|x-cfb|encrypted|xml|vnd\..*sheet.*)|text\/(?:html|csv|tab-separated-values|x-sylk))$/,
  xlsx: /^application\/(?:vnd\..*(?:sheet|excel).*|encrypted|zip)$/,
  xlsm: /^application\/(?:vnd\..*(?:sheet|excel).*|encrypted|zip)$/,
  ppt: /^application\/(?:vnd\.ms-powerpoint.*|x-cfb|encrypted|vnd\..*presentation.*)$/,
  pptx: /^application\/(?:vnd\..*(?:presentation|powerpoint).*|encrypted|zip)$/,
  jpg: /^image\//,
  jpeg: /^image\//,
  png: /^image\//,
  gif: /^image\//,
  bmp: /^image\//,
  zip: /^application\/(?:zip|java-archive|vnd\.|epub|x-xpinstall|x-ios-app|x-nuget)/,
  rar: /^application\/x-rar-compressed$/,
  '7z': /^application\/x-7z-compressed$/,
  msg: /^application\/(?:vnd\.ms-outlook|x-cfb)$/,
  exe: /^application\/(?:vnd\.microsoft\.portable-executable|x-dosexec)$/,
  dll: /^application\/(?:vnd\.microsoft\.portable-executable|x-dosexec)$/,
  lnk: /^application\/x-ms-shortcut$/,
  mp3: /^audio\//,
  mp4: /^(?:video|audio)\//,
};

/** The extension in lower case without the dot; empty where the name has none. */
export function extensionOf(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const dot = base.lastIndexOf('.');
  // Windows drops trailing dots and spaces before it looks at the extension.
  if (dot <= 0) return '';
  return base
    .slice(dot + 1)
    .trim()
    .toLowerCase();
}

/**
 * `named .pdf, content is a Windows program` where the extension and the content contradict each other; undefined
 * where they agree, where the name has no extension, and where nothing is known about one of them.
 */
export function extensionMismatch(name: string, mediaType: string): string | undefined {
  const extension = extensionOf(name);
  if (extension === '' || mediaType === 'application/x-empty') return undefined;
  const kind = FITTING.find(([types]) => types.includes(mediaType));
  const claim = Object.hasOwn(CLAIMS, extension) ? CLAIMS[extension] : undefined;
  if (claim !== undefined) {
    return claim.test(mediaType) ? undefined : `named .${extension}, content is ${kind?.[1] ?? mediaType}`;
  }
  if (kind === undefined || kind[2].includes(extension) || !/^[a-z0-9]{1,5}$/.test(extension)) return undefined;
  // A version (libx.so.6, tool-1.2) is no extension.
  if (/^\d+$/.test(extension)) return undefined;
  return KNOWN_EXTENSIONS.has(extension) ? `named .${extension}, content is ${kind[1]}` : undefined;
}

/** Extensions that promise something else than a program, beyond those in the tables above. */
const OTHERS =
  'txt log csv json xml html htm eml ics vcf rtf odt ods odp epub svg tif tiff webp ico heic wav mov avi mkv ogg tar gz bz2 xz md yml yaml ini cfg conf db sqlite ttf woff';
/** Extensions that promise nothing: samples, dumps and carved data carry them. */
const PROMISE_NOTHING: ReadonlySet<string> = new Set(['bin', 'dat', 'tmp', 'img', 'out', 'run', 'in', 'mod', 'a', 'o']);
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set(
  [...Object.keys(CLAIMS), ...FITTING.flatMap(([, , extensions]) => extensions), ...OTHERS.split(' ')].filter(
    (extension) => !PROMISE_NOTHING.has(extension),
  ),
);

/** Extensions that run, or lead to running, when opened. */
const RUNS: ReadonlySet<string> = new Set(
  'exe scr com pif bat cmd ps1 vbs vbe js jse wsf wsh hta msi msp cpl lnk jar dll reg sct chm iso img vhd vhdx one xll url inf msc appx settingcontent-ms library-ms search-ms app command sh py desktop apk dmg pkg'.split(
    ' ',
  ),
);
/** Extensions that people trust. */
const DOCUMENT: ReadonlySet<string> = new Set(
  'pdf doc docx docm xls xlsx xlsm ppt pptx rtf txt csv jpg jpeg png gif bmp tif tiff htm html eml msg zip rar 7z mp3 mp4 wav avi mov odt ods xml json log'.split(
    ' ',
  ),
);

// Overrides, isolates and marks that change the order in which a name is shown.
const BIDI = /[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/u;
const INVISIBLE = /[\u00AD\u180E\u200B-\u200D\u2060-\u2064\uFEFF\u115F\u1160\u3164\uFFA0]/u;
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/u;

/** What is wrong with a file name, in words; empty where nothing is. Looks at the first 4096 characters. */
export function nameWarnings(name: string): string[] {
  const text = name.slice(0, 4096);
  const warnings: string[] = [];
  const extension = extensionOf(text);
  const before = extensionOf(text.slice(0, Math.max(0, text.lastIndexOf('.'))).trimEnd());
  if (RUNS.has(extension) && DOCUMENT.has(before)) {
    warnings.push(`double extension: looks like .${before}, opens as .${extension}`);
  }
  if (BIDI.test(text))
    warnings.push('holds characters that change the reading direction, so the end shown is not the real end');
  if (INVISIBLE.test(text)) warnings.push('holds invisible characters');
  if (CONTROL.test(text)) warnings.push('holds control characters');
  if (/\s{6,}\.?[^\s.]*\.?\w{1,10}$/u.test(text.slice(-200))) warnings.push('many spaces hide the end of the name');
  if (/[. ]$/.test(text)) warnings.push('ends with a dot or a space, which Windows drops');
  if (/[/\\]/.test(text)) warnings.push('holds a path separator');
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(text)) warnings.push('is a reserved device name on Windows');
  if (name.length > 255) warnings.push(`is ${name.length} characters long`);
  return warnings;
}
