"""Confines itself by Landlock and a filter of system calls and becomes another program.

For Linux without bubblewrap; run as `python3 -I -S launch.py JSON PROGRAM ARGS...`. JSON has:
  read, write: paths that may be read (and run), or also written; nothing else of the file system may be opened
  port:        the only TCP port to connect to; null for none, "any" for all
  loopback:    only bring the loopback interface of a new network namespace up, then go on unconfined
  filter:      a seccomp program in base64, or null
Ends with status 125 and one line when a part of that cannot be done. With "check" in place of JSON it prints which
version of Landlock there is (0: none).
"""

import binascii
import ctypes
import json
import os
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_CAPBSET_DROP = 38, 22, 24
RULE_PATH, RULE_PORT = 1, 2
CONNECT_TCP = 2
# Rights on files by the version of Landlock that first had them: 13 in the first, then REFER, TRUNCATE, IOCTL_DEV.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_DEVICE = 1 << 6 | 1 << 11
READ = EXECUTE | READ_FILE | READ_DIR
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15


def syscall(*args):
    answer = libc.syscall(*args)
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


def landlock_version():
    try:
        return syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    except OSError:
        return 0


def confine_files(spec):
    version = landlock_version()
    if version < 1:
        raise OSError("Landlock is not there")
    files = (1 << 13) - 1
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        if version >= since:
            files |= 1 << bit
    net = 0 if version < 4 or spec["port"] == "any" else 3
    # From version 6: abstract sockets and signals stay within.
    scoped = 3 if version >= 6 else 0
    attributes = struct.pack("=QQQ", files, net, scoped)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscall(CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)

    def allow(path, rights):
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        if not os.path.isdir(path):
            rights &= OF_A_FILE
        rule = struct.pack("=Qi", rights & files, fd)
        syscall(ADD_RULE, ruleset, RULE_PATH, rule, 0)
        os.close(fd)

    for path in spec["read"]:
        allow(path, READ)
    for path in spec["write"]:
        allow(path, files & ~MAKE_DEVICE)
    if net and spec["port"] is not None:
        syscall(ADD_RULE, ruleset, RULE_PORT, struct.pack("=QQ", CONNECT_TCP, spec["port"]), 0)
    syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def filter_calls(program):
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]

    loaded = Program(len(program) // 8, program)
    if libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(loaded), 0, 0) != 0:
        raise OSError("the filter of system calls was not taken")


def drop_capabilities():
    # In a user namespace of its own a program is root; it must not be able to do anything with that.
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if os.geteuid() == 0:
        # Without the power that root gains at exec.
        libc.prctl(28, 0b101111, 0, 0, 0)
        header, data = struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", 0, 0, 0, 0, 0, 0)
        syscall(126 if os.uname().machine == "x86_64" else 91, header, data)


def loopback_up():
    import fcntl
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))


def main():
    if sys.argv[1] == "check":
        print(landlock_version())
        return
    try:
        spec = json.loads(sys.argv[1])
        if spec.get("loopback"):
            loopback_up()
        else:
            os.closerange(3, 1024)
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            drop_capabilities()
            confine_files(spec)
            if spec["filter"] is not None:
                filter_calls(binascii.a2b_base64(spec["filter"]))
    except (OSError, ValueError, KeyError) as error:
        print("the sandbox could not be set up:", error, file=sys.stderr)
        sys.exit(125)
    try:
        os.execv(sys.argv[2], sys.argv[2:])
    except OSError as error:
        print(sys.argv[2] + ":", error.strerror, file=sys.stderr)
        sys.exit(127)


main()
