import { buildDocx, buildVbaProject } from './build-documents.ts';
import { buildMail } from './build-mail.ts';
import { buildZip } from './build-zip.ts';

/** A phishing mail: hidden type, macro document in a ZIP in a ZIP, lying link, mail in a mail. */
export function buildPhishingMail(): Uint8Array {
  const docm = buildDocx({
    paragraphs: [['Enable content at hxxp://st', 'age[.]bad-site.com/a']],
    external: [['attachedTemplate', 'https://template.bad-site.com/t.dotm']],
    extra: [
      {
        name: 'word/vbaProject.bin',
        data: buildVbaProject('Module1', 'Sub AutoOpen()\r\nu = "http://macro.bad-site.com/p"\r\nEnd Sub\r\n'),
      },
    ],
  });
  const inner = buildZip([
    { name: 'docs/Invoice_88213.docm', data: docm },
    { name: '../../evil.txt', data: 'see 45.77.12.9' },
    { name: 'locked.txt', data: 'http://locked.bad-site.com', encrypted: true },
  ]);
  return buildMail(
    [
      'Received: from mx.bad-site.com (unknown [45.77.12.10]) by mx.harbour.org; Mon, 23 Nov 2026 07:11:00 +0000',
      'From: "Harbour Billing" <billing@bad-site.com>',
      'To: ap@harbour.org',
      'Subject: =?utf-8?Q?Overdue_invoice_=E2=82=AC_88213?=',
      'Message-ID: <1234@mail.bad-site.com>',
    ],
    [
      { type: 'text/plain; charset=utf-8', body: 'Line one\r\nPay at hxxps://pay[.]bad-site[.]com/x today' },
      {
        type: 'text/html',
        encoding: 'base64',
        body: '<p>\n<a href="https://login.bad-site.com/auth">https://www.harbour.org/invoices</a></p>',
      },
      {
        type: 'application/zip',
        name: 'Invoice.zip',
        body: buildZip([{ name: 'Invoice_inner.zip', data: inner, stored: true }]),
      },
      {
        type: 'message/rfc822',
        name: 'original.eml',
        body: buildMail(
          ['From: x@bad-site.com', 'Subject: inner'],
          [{ type: 'text/plain', body: 'http://inner.bad-site.com' }],
        ),
        encoding: '7bit',
      },
    ],
  );
}
