/**
 * Names behind the ordinals of the two libraries whose numbers never change and which programs import by number. The
 * import hash is defined over these names. Names of a run of ordinals stand in order; `-` is a number without a name.
 */
const WINSOCK: readonly [first: number, names: string][] = [
  [
    1,
    'accept bind closesocket connect getpeername getsockname getsockopt htonl htons ioctlsocket inet_addr inet_ntoa listen ntohl ntohs recv recvfrom select send sendto setsockopt shutdown socket GetAddrInfoW GetNameInfoW WSApSetPostRoutine FreeAddrInfoW WPUCompleteOverlappedRequest WSAAccept WSAAddressToStringA WSAAddressToStringW WSACloseEvent WSAConnect WSACreateEvent WSADuplicateSocketA WSADuplicateSocketW WSAEnumNameSpaceProvidersA WSAEnumNameSpaceProvidersW WSAEnumNetworkEvents WSAEnumProtocolsA WSAEnumProtocolsW WSAEventSelect WSAGetOverlappedResult WSAGetQOSByName WSAGetServiceClassInfoA WSAGetServiceClassInfoW WSAGetServiceClassNameByClassIdA WSAGetServiceClassNameByClassIdW WSAHtonl WSAHtons gethostbyaddr gethostbyname getprotobyname getprotobynumber getservbyname getservbyport gethostname WSAInstallServiceClassA WSAInstallServiceClassW WSAIoctl WSAJoinLeaf WSALookupServiceBeginA WSALookupServiceBeginW WSALookupServiceEnd WSALookupServiceNextA WSALookupServiceNextW WSANSPIoctl WSANtohl WSANtohs WSAProviderConfigChange WSARecv WSARecvDisconnect WSARecvFrom WSARemoveServiceClass WSAResetEvent WSASend WSASendDisconnect WSASendTo WSASetEvent WSASetServiceA WSASetServiceW WSASocketA WSASocketW WSAStringToAddressA WSAStringToAddressW WSAWaitForMultipleEvents WSCDeinstallProvider WSCEnableNSProvider WSCEnumProtocols WSCGetProviderPath WSCInstallNameSpace WSCInstallProvider WSCUnInstallNameSpace WSCUpdateProvider WSCWriteNameSpaceOrder WSCWriteProviderOrder freeaddrinfo getaddrinfo getnameinfo',
  ],
  [
    101,
    'WSAAsyncSelect WSAAsyncGetHostByAddr WSAAsyncGetHostByName WSAAsyncGetProtoByNumber WSAAsyncGetProtoByName WSAAsyncGetServByPort WSAAsyncGetServByName WSACancelAsyncRequest WSASetBlockingHook WSAUnhookBlockingHook WSAGetLastError WSASetLastError WSACancelBlockingCall WSAIsBlocking WSAStartup WSACleanup',
  ],
  [151, '__WSAFDIsSet'],
  [500, 'WEP'],
];

function table(runs: readonly [first: number, names: string][]): ReadonlyMap<number, string> {
  return new Map(
    runs.flatMap(([first, names]) => names.split(' ').map((name, i): [number, string] => [first + i, name])),
  );
}

const TABLES: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  'ws2_32.dll': table(WINSOCK),
  'wsock32.dll': table(WINSOCK),
};

/** The well-known name of an ordinal, or undefined. */
export function ordinalName(library: string, ordinal: number): string | undefined {
  const name = TABLES[library.toLowerCase()]?.get(ordinal);
  return name === '-' ? undefined : name;
}
