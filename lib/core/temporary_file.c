/* A target has sixteen names for its temporary files, ".linclass-<hash of the target's name>-<number>.tmp". Whoever
 * writes to one holds a lock on it (flock), which ends with the process. A file of such a name that can
 * be locked is therefore left over, and is removed. No directory is searched, and nothing allocated.
 *
 * Hazards. Between making a file and locking it, another process may take it for left over: it is ours only
 * if, once locked, its name still leads to it. Removing, the name is compared with the locked file as well;
 * while it is locked no other process renames or removes it. Names can be foreseen, so that something may have
 * been planted there: a file is made exclusively, and only regular files of the same user are removed. Locks
 * of other machines may not be seen (NFS can be mounted so): only file systems known to be of this machine are
 * cleaned. On others, and when all names are in use, the name is random and the file, left over, stays. */
#include "core/temporary_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { ZFS_SUPER_MAGIC = 0x2fc12fc1 }; /* not in <linux/magic.h> */

bool temporary_file_locks(int directory)
{
    static const uint32_t LOCAL[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
                                     TMPFS_MAGIC,      RAMFS_MAGIC,     OVERLAYFS_SUPER_MAGIC,
                                     F2FS_SUPER_MAGIC, ZFS_SUPER_MAGIC};
    struct statfs about;
    if (fstatfs(directory, &about) != 0)
        return false;
    for (size_t i = 0; i < sizeof LOCAL / sizeof LOCAL[0]; i++) {
        if ((uint32_t)about.f_type == LOCAL[i])
            return true;
    }
    return false;
}

/* FNV-1a. */
static uint64_t hash(const char *text)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return value;
}

enum { NOT_OURS, OURS, UNKNOWN };

/* Whether the name leads to the open file, a regular one of this user's; UNKNOWN where the file system
 * does not say. */
static int owner_of(int directory, const char *name, int file)
{
    struct stat named;
    struct stat opened;
    if (fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? NOT_OURS : UNKNOWN;
    if (fstat(file, &opened) != 0)
        return UNKNOWN;
    return named.st_dev == opened.st_dev && named.st_ino == opened.st_ino &&
                   S_ISREG(opened.st_mode) && opened.st_uid == geteuid()
               ? OURS
               : NOT_OURS;
}

static void remove_left_over(int directory, const char *name)
{
    struct stat about;
    if (fstatat(directory, name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
        return;
    const int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return;
    if (flock(file, LOCK_EX | LOCK_NB) == 0 && owner_of(directory, name, file) == OURS)
        (void)unlinkat(directory, name, 0);
    (void)close(file);
}

static int create(int directory, const char *name, mode_t mode)
{
    return openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

/* -1 with EEXIST: the name is in use. */
static int create_locked(int directory, const char *name, mode_t mode)
{
    const int file = create(directory, name, mode);
    if (file < 0)
        return -1;
    const bool locked = flock(file, LOCK_EX | LOCK_NB) == 0;
    const bool lockless = !locked && errno != EWOULDBLOCK;
    const int owner = locked ? owner_of(directory, name, file) : NOT_OURS;
    if (owner == OURS)
        return file;
    if (lockless || owner == UNKNOWN) /* nobody else would remove it */
        (void)unlinkat(directory, name, 0);
    (void)close(file);
    errno = EEXIST;
    return -1;
}

static int create_random(int directory, mode_t mode, char name[TEMPORARY_NAME_BYTES])
{
    uint64_t random;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return -1;
    (void)snprintf(name, TEMPORARY_NAME_BYTES, ".linclass-%016llx.tmp", (unsigned long long)random);
    return create(directory, name, mode);
}

int temporary_file_open(int directory, const char *target, mode_t mode,
                        char name[TEMPORARY_NAME_BYTES])
{
    if (!temporary_file_locks(directory))
        return create_random(directory, mode, name);
    const unsigned long long hashed = hash(target);
    int file = -1;
    errno = EEXIST;
    for (int slot = 0; slot < TEMPORARY_SLOTS; slot++) {
        char of_slot[TEMPORARY_NAME_BYTES];
        (void)snprintf(of_slot, sizeof of_slot, ".linclass-%016llx-%02d.tmp", hashed, slot);
        remove_left_over(directory, of_slot);
        if (file >= 0)
            continue;
        file = create_locked(directory, of_slot, mode);
        if (file < 0 && errno != EEXIST)
            return -1;
        memcpy(name, of_slot, sizeof of_slot);
    }
    return file >= 0 ? file : create_random(directory, mode, name);
}
