/* Preloaded into a program, this puts it into the locale of its environment before main. */
#include <locale.h>

__attribute__((constructor)) static void enter_locale(void)
{
    setlocale(LC_ALL, "");
}
