/** What the kernel would answer: runs a seccomp program on one system call. Throws for what the kernel would refuse. */
export function runFilter(program: Buffer, call: { architecture: number; number: number; args?: number[] }): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number >>> 0, 0);
  data.writeUInt32LE(call.architecture >>> 0, 4);
  for (const [index, value] of (call.args ?? []).entries()) {
    data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), 16 + index * 8);
  }
  let loaded = 0;
  for (let at = 0; at < program.length; at += 8) {
    const code = program.readUInt16LE(at);
    const k = program.readUInt32LE(at + 4);
    const jump = (isTrue: boolean): void => {
      at += 8 * program.readUInt8(isTrue ? at + 2 : at + 3);
    };
    if (code === 0x20) loaded = data.readUInt32LE(k);
    else if (code === 0x06) return k;
    else if (code === 0x15) jump(loaded === k);
    else if (code === 0x35) jump(loaded >= k);
    else if (code === 0x45) jump((loaded & k) !== 0);
    else throw new Error(`unknown instruction ${code} at ${at / 8}`);
  }
  throw new Error('the program ends without an answer');
}
