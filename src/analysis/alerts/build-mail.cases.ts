/** A small mail with an address in its body and a text attachment. */
export const buildMail = (): string =>
  [
    'From: Ana <ana@sender.example>',
    'To: soc@client.example',
    'Subject: Please look',
    'Message-ID: <1@mail.example>',
    'Date: Tue, 03 Nov 2026 09:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Somebody clicked http://bad.example/login today.',
    '--b',
    'Content-Type: text/plain; name=note.txt',
    'Content-Disposition: attachment; filename=note.txt',
    '',
    'the note',
    '--b--',
    '',
  ].join('\r\n');
