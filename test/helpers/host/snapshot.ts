/** What a host's disk holds, to compare before and after. */

/** Prints, for each path given, what stands there; for accounts and services, what the system says of them. */
export const placesScript = `
import grp, hashlib, json, os, pwd, stat, subprocess, sys
def name(table, number):
    try: return table(number)[0]
    except KeyError: return str(number)
def look(path):
    try: found = os.lstat(path)
    except OSError: return None
    kind = stat.S_IFMT(found.st_mode)
    if kind == stat.S_IFLNK: return ['link', os.readlink(path)]
    owner = name(pwd.getpwuid, found.st_uid) + ':' + name(grp.getgrgid, found.st_gid)
    who = [oct(stat.S_IMODE(found.st_mode)), owner]
    if kind != stat.S_IFREG: return ['folder'] + who
    own = path.endswith(('/lock', '/worker.log'))
    return ['file'] + who + ([] if own else [hashlib.sha256(open(path, 'rb').read()).hexdigest()])
def tell(kind, path):
    if kind == 'account':
        try: user = pwd.getpwnam(path)
        except KeyError: return None
        others = [g.gr_name for g in grp.getgrall() if path in g.gr_mem]
        expires = [l.split(':')[7] for l in open('/etc/shadow') if l.startswith(path + ':')]
        return [name(grp.getgrgid, user.pw_gid), user.pw_dir, user.pw_shell, others, expires]
    if kind == 'service' and os.path.isdir('/run/systemd/system'):
        ask = lambda verb: subprocess.run(['systemctl', verb, path], stdout=subprocess.PIPE).stdout.decode().strip()
        return [ask('is-active'), ask('is-enabled')]
    if kind == 'service':
        status = subprocess.call(['service', path, 'status'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [status, sorted(n for d in '2345' for n in os.listdir('/etc/rc%s.d' % d) if n[3:] == path and n[0] == 'S')]
    return look(path)
print(json.dumps({path: tell(kind, path) for kind, path in json.loads(sys.argv[1])}))
`;

/** Prints a line for everything on the disk that is not of the kernel: kind, mode, owner, and size and time of files. */
export const diskScript = `
import os, stat
skipped = ('/proc', '/sys', '/dev', '/run', '/tmp')
for folder, folders, files in os.walk('/'):
    folders[:] = [n for n in folders if os.path.join(folder, n) not in skipped]
    for n in folders + files:
        path = os.path.join(folder, n)
        try: s = os.lstat(path)
        except OSError: continue
        isFile = stat.S_ISREG(s.st_mode)
        print(path, oct(s.st_mode), s.st_uid, s.st_gid, *([s.st_size, s.st_mtime_ns] if isFile else []))
`;
