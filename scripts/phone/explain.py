# SPDX-License-Identifier: GPL-2.0-only
"""Why insmod failed, and what to do about it.

insmod itself knows no more than an errno. The reason is in the kernel's log.
"""

import re

from .error import NOT_OK, PhoneError

# A pattern looked for in the log and in what insmod said -> what it means and
# what to do. {0} are the words that the pattern's group found, {module} and
# {release} what they are called. The first pattern that is found counts.
REASONS = (
    # The kernel says of each of them, too, that it is unknown (err -22).
    (r"disagrees about version of symbol (\S+)",
     "{module} was built against other declarations than the phone's kernel "
     "({release}): {0}",
     "Build it against exactly that kernel's sources and Module.symvers."),
    (r"exports protected symbol (\S+)",
     "the phone's kernel takes {module} from its own build only: {0}",
     "From 6.6 on a module that exports what Google's modules export must be "
     "signed with the kernel's own key. Use the {module} that was built with "
     "the phone's kernel ({release}), or skip the suites with --no-kunit."),
    (r"Unknown symbol (kunit_\w+|__kunit_\w+)",
     "the phone's kernel lacks functions of KUnit: {0}",
     "Use a kernel that has KUnit, or skip {module} with --no-kunit: the "
     "module's own self-test does not need it."),
    (r"Unknown symbol (\S+)",
     "the phone's kernel does not have what {module} needs: {0}",
     "Symbols that are not on the kernel's KMI list are trimmed from it. Check "
     "that the module was built for the branch of {release}; 'make kmi' lists "
     "what it needs. A kernel built without trimming has them too."),
    (r"[Pp]rotected symbol:? (\S+)",
     "the phone's kernel keeps these symbols for signed modules: {0}",
     "From 6.6 on a module that Google did not sign may use only what is on "
     "the KMI list. 'make kmi' shows what is not; a kernel of your own "
     "without CONFIG_MODULE_SIG_PROTECT takes it as well."),
    (r"version magic '(.*?)' should be",
     "{module} was built for another kernel ({0}), the phone runs {release}",
     "Build it for that kernel: 'make modules KDIR=<build directory> LLVM=1'."),
    (r"(PANIC: .*)",
     "{module} refused to stay loaded, as on_panic=fail asks for: {0}",
     "This is a result, not a fault: the target kernel would panic so. "
     "Without on_panic=fail there is the whole report."),
    (r"buddy_shadow: (\S+=.*: expected .*)",
     "{module} does not take a parameter: {0}",
     "Correct --region, --size or --param."),
    (r"(Required key not available|Key was rejected|Loading of unsigned "
     r"module is (?:rejected|restricted)|Lockdown: \S+ unsigned module)",
     "the phone's kernel takes signed modules only ({0})",
     "Use a kernel without CONFIG_MODULE_SIG_FORCE and lockdown. Google's GKI "
     "of the Pixel 6 takes unsigned ones."),
    (r"(Permission denied)",
     "the phone's kernel refused {module} with -EACCES",
     "From 6.6 on this is how it refuses an unsigned module that uses a "
     "protected symbol: see 'make kmi'. Otherwise SELinux does it: look for "
     "'avc: denied' in the phone's log, try 'adb shell setenforce 0'."),
    (r"(Operation not permitted)",
     "the phone's kernel lets nobody load modules any more (-EPERM)",
     "See /proc/sys/kernel/modules_disabled on the phone; a reboot resets "
     "it."),
    (r"(File exists)",
     "a module called {module} is in the phone's kernel already",
     "Unload it with 'adb shell rmmod', then try again."),
    (r"(Exec format error|[Ii]nvalid module format)",
     "the phone's kernel ({release}) does not take {module} for a module of "
     "its own",
     "Build it for that kernel: 'make modules KDIR=<build directory> LLVM=1'."),
    (r"(Cannot allocate memory|Out of memory)",
     "the phone has no memory for {module}",
     "Close what runs on it, or ask for less with --size."),
    (r"(No such file or directory)",
     "the phone's kernel lacks a symbol that {module} needs; its log does not "
     "say which",
     "Check that the module was built for the branch of {release}; 'make kmi' "
     "lists what it needs."),
)


def insmod(module, said, lines, release):
    """The PhoneError that tells a person why the kernel refused `module`."""
    log = [line for line in lines if module.name in line or "odule" in line]
    text = "\n".join((*log, said))
    for pattern, what, advice in REASONS:
        if found := re.findall(pattern, text):
            words = ", ".join(dict.fromkeys(found))
            names = {"module": module.path.name, "release": release}
            return PhoneError(what.format(words, **names),
                              advice.format(words, **names),
                              NOT_OK if words.startswith("PANIC: ") else 2)
    return PhoneError(f"insmod failed: {said}",
                      "\n".join(["The kernel's log:", *log[-10:]]) if log else
                      "The kernel's log says nothing about it.")
