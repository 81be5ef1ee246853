/**
 * Names behind the ordinals of the libraries whose numbers never change and which programs import by number. The import
 * hash is defined over these names. Names of a run of ordinals stand in order; `-` is a number without a name, and
 * `VarR4From(I2 I4)` stands for `VarR4FromI2 VarR4FromI4`.
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

const AUTOMATION: readonly [first: number, names: string][] = [
  [
    2,
    `SysAllocString SysReAllocString SysAllocStringLen SysReAllocStringLen SysFreeString SysStringLen VariantInit
    VariantClear VariantCopy VariantCopyInd VariantChangeType VariantTimeToDosDateTime DosDateTimeToVariantTime
    SafeArray(Create Destroy GetDim GetElemsize GetUBound GetLBound Lock Unlock AccessData UnaccessData GetElement
    PutElement Copy) DispGetParam DispGetIDsOfNames DispInvoke CreateDispTypeInfo CreateStdDispatch
    RegisterActiveObject RevokeActiveObject GetActiveObject
    SafeArray(AllocDescriptor AllocData DestroyDescriptor DestroyData Redim AllocDescriptorEx CreateEx CreateVectorEx
    SetRecordInfo GetRecordInfo) VarParseNumFromStr VarNumFromParseNum
    VarI2From(UI1 I4 R4 R8 Cy Date Str Disp Bool) SafeArraySetIID
    VarI4From(UI1 I2 R4 R8 Cy Date Str Disp Bool) SafeArrayGetIID
    VarR4From(UI1 I2 I4 R8 Cy Date Str Disp Bool) SafeArrayGetVartype
    VarR8From(UI1 I2 I4 R4 Cy Date Str Disp Bool) VarFormat
    VarDateFrom(UI1 I2 I4 R4 R8 Cy Str Disp Bool) VarFormatDateTime
    VarCyFrom(UI1 I2 I4 R4 R8 Date Str Disp Bool) VarFormatNumber
    VarBstrFrom(UI1 I2 I4 R4 R8 Cy Date Disp Bool) VarFormatPercent
    VarBoolFrom(UI1 I2 I4 R4 R8 Date Cy Str Disp) VarFormatCurrency VarWeekdayName VarMonthName
    VarUI1From(I2 I4 R4 R8 Cy Date Str Disp Bool) VarFormatFromTokens VarTokenizeFormatString VarAdd VarAnd VarDiv
    DllCanUnloadNow DllGetClassObject DispCallFunc VariantChangeTypeEx SafeArrayPtrOfIndex SysStringByteLen
    SysAllocStringByteLen DllRegisterServer VarEqv VarIdiv VarImp VarMod VarMul VarOr VarPow VarSub CreateTypeLib
    LoadTypeLib LoadRegTypeLib RegisterTypeLib QueryPathOfRegTypeLib LHashValOfNameSys LHashValOfNameSysA VarXor VarAbs
    VarFix OaBuildVersion ClearCustData VarInt VarNeg VarNot VarRound VarCmp VarDecAdd VarDecDiv VarDecMul
    CreateTypeLib2 VarDecSub VarDecAbs LoadTypeLibEx SystemTimeToVariantTime VariantTimeToSystemTime UnRegisterTypeLib
    VarDecFix VarDecInt VarDecNeg VarDecFrom(UI1 I2 I4 R4 R8 Date Cy Str Disp Bool) GetErrorInfo SetErrorInfo
    CreateErrorInfo VarDecRound VarDecCmp VarI2From(I1 UI2 UI4 Dec) VarI4From(I1 UI2 UI4 Dec) VarR4From(I1 UI2 UI4 Dec)
    VarR8From(I1 UI2 UI4 Dec) VarDateFrom(I1 UI2 UI4 Dec) VarCyFrom(I1 UI2 UI4 Dec) VarBstrFrom(I1 UI2 UI4 Dec)
    VarBoolFrom(I1 UI2 UI4 Dec) VarUI1From(I1 UI2 UI4 Dec) VarDecFrom(I1 UI2 UI4)
    VarI1From(UI1 I2 I4 R4 R8 Date Cy Str Disp Bool UI2 UI4 Dec)
    VarUI2From(UI1 I2 I4 R4 R8 Date Cy Str Disp Bool I1 UI4 Dec)
    VarUI4From(UI1 I2 I4 R4 R8 Date Cy Str Disp Bool I1 UI2 Dec) BSTR_User(Size Marshal Unmarshal Free)
    VARIANT_User(Size Marshal Unmarshal Free) LPSAFEARRAY_User(Size Marshal Unmarshal Free)
    LPSAFEARRAY_(Size Marshal Unmarshal) VarDecCmpR8 VarCyAdd DllUnregisterServer OACreateTypeLib2 - VarCyMul VarCyMulI4
    VarCySub VarCyAbs VarCyFix VarCyInt VarCyNeg VarCyRound VarCyCmp VarCyCmpR8 VarBstrCat VarBstrCmp VarR8Pow
    VarR4CmpR8 VarR8Round VarCat VarDateFromUdateEx - - GetRecordInfoFromGuids GetRecordInfoFromTypeInfo -
    SetVarConversionLocaleSetting GetVarConversionLocaleSetting SetOaNoCache - VarCyMulI8 VarDateFromUdate
    VarUdateFromDate GetAltMonthNames VarI8From(UI1 I2 R4 R8 Cy Date Str Disp Bool I1 UI2 UI4 Dec) VarI2From(I8 UI8)
    VarI4From(I8 UI8)`,
  ],
  [
    360,
    `VarR4From(I8 UI8) VarR8From(I8 UI8) VarDateFrom(I8 UI8) VarCyFrom(I8 UI8) VarBstrFrom(I8 UI8) VarBoolFrom(I8 UI8)
    VarUI1From(I8 UI8) VarDecFrom(I8 UI8) VarI1From(I8 UI8) VarUI2From(I8 UI8)`,
  ],
  [401, 'OleLoadPictureEx OleLoadPictureFileEx'],
  [
    411,
    `SafeArrayCreateVector SafeArrayCopyData VectorFromBstr BstrFromVector OleIconToCursor
    OleCreatePropertyFrameIndirect OleCreatePropertyFrame OleLoadPicture OleCreatePictureIndirect OleCreateFontIndirect
    OleTranslateColor OleLoadPictureFile OleSavePictureFile OleLoadPicturePath VarUI4From(I8 UI8) VarI8FromUI8
    VarUI8From(I8 UI1 I2 R4 R8 Cy Date Str Disp Bool I1 UI2 UI4 Dec) RegisterTypeLibForUser UnRegisterTypeLibForUser`,
  ],
];

function expand(names: string): string[] {
  const written = names.replace(/([^\s()]+)\(([^()]+)\)/g, (_all, prefix: string, ends: string) =>
    ends
      .split(/\s+/)
      .map((end) => prefix + end)
      .join(' '),
  );
  return written.split(/\s+/);
}

function table(runs: readonly [first: number, names: string][]): ReadonlyMap<number, string> {
  return new Map(runs.flatMap(([first, names]) => expand(names).map((name, i): [number, string] => [first + i, name])));
}

const TABLES: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  'ws2_32.dll': table(WINSOCK),
  'wsock32.dll': table(WINSOCK),
  'oleaut32.dll': table(AUTOMATION),
};

/** The well-known name of an ordinal, or undefined. */
export function ordinalName(library: string, ordinal: number): string | undefined {
  const name = TABLES[library.toLowerCase()]?.get(ordinal);
  return name === '-' ? undefined : name;
}
