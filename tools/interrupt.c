#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t requested;

static void request(int signal_number)
{
    static const char SENTENCE[] =
        "\nlinclass: stopping after this epoch; interrupt again to end at once\n";
    const int kept = errno;
    (void)signal_number;
    requested = 1;
    if (write(STDERR_FILENO, SENTENCE, sizeof SENTENCE - 1) < 0)
        requested = 1; /* the request stands when it cannot be acknowledged */
    errno = kept;
}

void interrupt_watch(void)
{
    struct sigaction before;
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = request;
    action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

bool interrupt_requested(void)
{
    return requested != 0;
}
