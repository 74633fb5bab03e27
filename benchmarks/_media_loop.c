/* What a packet costs in C: recvfrom, unprotect, protect, sendto, and nothing else.
 *
 * Callers say hello with their number (0x01, two bytes); 2n and 2n+1 hear each other.
 * Every packet is decrypted with its sender's key and state, given the other's source
 * and encrypted with the other's. Prints its port, ends with its input.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <srtp2/srtp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CALLERS 512

struct caller {
    srtp_t in, out;
    struct sockaddr_in address;
    int here;
};

static struct caller callers[CALLERS];
static int caller_of_port[65536];

static srtp_t session(srtp_ssrc_type_t way) {
    static unsigned char key[44];
    srtp_policy_t policy;
    srtp_t made;
    memset(&policy, 0, sizeof policy);
    srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
    srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
    policy.ssrc.type = way;
    policy.key = key;
    policy.window_size = 1024;
    policy.allow_repeat_tx = 1;
    return srtp_create(&made, &policy) ? NULL : made;
}

static int greet(int number, struct sockaddr_in *from) {
    if (number < 0 || number >= CALLERS) return -1;
    struct caller *caller = &callers[number];
    if (!caller->here) {
        caller->in = session(ssrc_any_inbound);
        caller->out = session(ssrc_any_outbound);
        if (!caller->in || !caller->out) return -1;
        caller->here = 1;
    }
    caller->address = *from;
    caller_of_port[ntohs(from->sin_port)] = number + 1;
    return 0;
}

static void carry(int file, unsigned char *packet, int length, struct sockaddr_in *from) {
    int number = caller_of_port[ntohs(from->sin_port)] - 1;
    if (number < 0 || length < 12) return;
    struct caller *other = &callers[number ^ 1];
    if (!other->here || srtp_unprotect(callers[number].in, packet, &length)) return;
    packet[8] ^= 0x55;
    if (srtp_protect(other->out, packet, &length)) return;
    sendto(file, packet, length, MSG_DONTWAIT, (struct sockaddr *)&other->address,
           sizeof other->address);
}

int main(void) {
    int file = socket(AF_INET, SOCK_DGRAM, 0), buffer = 8 << 20;
    struct sockaddr_in own = {.sin_family = AF_INET}, from;
    socklen_t size = sizeof own;
    static unsigned char packet[4096];
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(file, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(file, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (srtp_init() || bind(file, (struct sockaddr *)&own, sizeof own)) return 1;
    getsockname(file, (struct sockaddr *)&own, &size);
    printf("%d\n", ntohs(own.sin_port));
    fflush(stdout);
    struct pollfd wanted[2] = {{file, POLLIN, 0}, {0, POLLIN, 0}};
    while (poll(wanted, 2, -1) > 0 && !wanted[1].revents) {
        for (;;) {
            size = sizeof from;
            int length = recvfrom(file, packet, 2048, MSG_DONTWAIT,
                                  (struct sockaddr *)&from, &size);
            if (length < 0) break;
            if (length == 3 && packet[0] == 1) {
                if (!greet(packet[1] << 8 | packet[2], &from))
                    sendto(file, packet, 1, 0, (struct sockaddr *)&from, size);
            } else {
                carry(file, packet, length, &from);
            }
        }
    }
    return 0;
}
