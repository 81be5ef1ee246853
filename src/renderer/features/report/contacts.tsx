import { useQuery } from '@tanstack/react-query';
import type { Output } from '../../api/client.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, fileSize } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { Value } from '../../ui/value.tsx';
import { contactsQuery } from './queries.ts';

type Contact = Output<'egress.contacts'>[number];

/** The hosts that a run really asked for, beside those that its card names. */
export function Contacts({ jobId, cardHosts }: { jobId: string; cardHosts: readonly string[] }) {
  const { data, error, refetch } = useQuery(contactsQuery(jobId));
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <section className="section" aria-label="Hosts it contacted">
      <h2>Hosts it contacted</h2>
      {data.length === 0 ? (
        <p className="f12 t2 contacts-none">
          None went through Osmia’s proxy. An analyzer with a way of its own, such as DNS or whois, is not seen there.
        </p>
      ) : (
        <ContactTable contacts={data} cardHosts={cardHosts} />
      )}
    </section>
  );
}

export function ContactTable({ contacts, cardHosts }: { contacts: readonly Contact[]; cardHosts: readonly string[] }) {
  return (
    <div className="json-table contacts">
      <table>
        <thead>
          <tr>
            <th>Host</th>
            <th className="num">Connections</th>
            <th className="num">Sent</th>
            <th className="num">Received</th>
            <th>Refused</th>
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => (
            <tr key={`${contact.host}:${contact.port}`}>
              <td>
                <Where contact={contact} isOnCard={cardHosts.includes(contact.host)} />
              </td>
              <td className="num">{count(contact.allowed)}</td>
              <td className="num">{fileSize(contact.bytesSent)}</td>
              <td className="num">{fileSize(contact.bytesReceived)}</td>
              <td className="t2">
                {contact.refused === 0 ? (
                  'none'
                ) : (
                  <>
                    {count(contact.refused)}
                    {contact.reason !== null && (
                      <>
                        : <Text>{contact.reason}</Text>
                      </>
                    )}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A service is named as on its card; any other host is a value, and no value is ever live. */
function Where({ contact, isOnCard }: { contact: Contact; isOnCard: boolean }) {
  if (contact.port === 0) return <>All other hosts together</>;
  return (
    <span className="mono row">
      {isOnCard ? <Text>{contact.host}</Text> : <Value dataType="fqdn" value={contact.host} />}
      <span className="t3">:{contact.port}</span>
    </span>
  );
}
