// Builds the sample mail: `node test/e2e/support/sample-mail.ts` writes resources/samples/overdue-invoice-88213.eml anew.
import { writeFileSync } from 'node:fs';
import { buildDocx, buildVbaProject } from '../../support/build-documents.ts';
import { buildMail } from '../../support/build-mail.ts';
import { buildZip } from '../../support/build-zip.ts';

const MACRO = [
  'Sub AutoOpen()',
  '  address = "http://198.51.100.23:8443/gate.php"',
  '  agent = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)"',
  'End Sub',
].join('\r\n');

const HTML = `<html><body bgcolor="#f4f4f4">
<!-- template by www.example.org -->
<table width="600" align="center"><tr>
<td style="padding:24px">
<p>Dear accounts payable,</p>
<p>Invoice 88213 is now 14 days
overdue. Please sign in at
<a href="https://login.harbour-portal.example.com/auth?u=ap%40harbour.example.net">
https://www.harbour.example.net/invoices</a>
to avoid a service interruption.</p>
<p>The file password is <b>88213</b>.</p>
<img alt="" width="1" height="1" src="http://t.parcel-track.example.com/o.gif?id=7Q2">
</td></tr><tr>
<td align="center">
<p style="color:#888">Sent by billing@harbour-portal.example.com
with build 999.888.777.666 of setup.exe</p>
<script src="http://cdn.parcel-track.example.com/i/88213.js"></script>
</td></tr></table>
</body></html>
`;

const PLAIN = `Dear accounts payable,

invoice 88213 of 9 November is overdue. Pay by scanning the code, or at
hxxps://pay[.]invoice-88213[.]example[.]com/qr before 24 November.

Reference: 7d0a41f29be38c5566f1d20e94ab7c305e1f8b2a6d4c90317ac5e2f4d990a317
Call-back host 203.0.113.77 (CVE-2026-21509), wallet bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq
`;

/** Nothing in it is real: names and addresses are those reserved for documentation, the macro does nothing. */
export function buildSampleMail(): Uint8Array {
  const document = buildDocx({
    paragraphs: [
      ['Invoice 88213'],
      ['Enable content to see the amount. Questions: support@harbour-portal.example.com'],
    ],
    external: [['attachedTemplate', 'https://template.harbour-portal.example.com/t.dotm']],
    extra: [{ name: 'word/vbaProject.bin', data: buildVbaProject('Module1', MACRO) }],
  });
  const archive = buildZip([
    { name: 'Invoice_88213.docm', data: document },
    { name: 'Statement_2026.pdf.exe', data: 'locked', encrypted: true },
  ]);
  return buildMail(
    [
      'Received: from mx1.harbour.example.net (mx1.harbour.example.net [192.0.2.53]) by in.harbour.example.net with ESMTPS; Mon, 23 Nov 2026 07:11:09 +0000',
      'Received: from relay.parcel-track.example.com (unknown [198.51.100.23]) by mx1.harbour.example.net; Mon, 23 Nov 2026 07:11:07 +0000',
      'Received: from [2001:db8:40::17] by relay.parcel-track.example.com; Mon, 23 Nov 2026 07:11:02 +0000',
      'Authentication-Results: mx1.harbour.example.net; spf=fail smtp.mailfrom=harbour-portal.example.com; dkim=none; dmarc=fail header.from=harbour-portal.example.com',
      'From: "Harbour Billing" <billing@harbour-portal.example.com>',
      'Reply-To: <collect@parcel-track.example.com>',
      'To: "Accounts payable" <ap@harbour.example.net>',
      'Subject: =?utf-8?Q?Overdue_invoice_88213_=E2=80=93_final_notice?=',
      'Date: Mon, 23 Nov 2026 07:10:58 +0000',
      'Message-ID: <88213.1795417858@harbour-portal.example.com>',
      'X-Mailer: PHPMailer 5.2.10',
    ],
    [
      { type: 'text/plain; charset=utf-8', body: PLAIN.replaceAll('\n', '\r\n') },
      { type: 'text/html; charset=utf-8', body: HTML.replaceAll('\n', '\r\n') },
      { type: 'application/zip', name: 'Invoice_88213.zip', body: archive },
    ],
    'harbour_88213',
  );
}

if (import.meta.main) {
  writeFileSync(new URL('../../../resources/samples/overdue-invoice-88213.eml', import.meta.url), buildSampleMail());
}
