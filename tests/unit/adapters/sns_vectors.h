// Messages as Amazon SNS sends them, signed by `openssl dgst -sign` over the text that the SNS Developer Guide
// describes, with a key made for these tests.
#pragma once

namespace cartwheel {

inline constexpr char kSnsTopic[] = "arn:aws:sns:ap-northeast-2:123456789012:mail";
inline constexpr char kSnsCertificate[] = R"(-----BEGIN CERTIFICATE-----
MIIDGzCCAgOgAwIBAgIUMq3zWfiYTN6wkWafnCD6D0I+4YMwDQYJKoZIhvcNAQEL
BQAwHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wIBcNMjYxMTMwMTkwODA5
WhgPMjEyNjExMDYxOTA4MDlaMBwxGjAYBgNVBAMMEXNucy5hbWF6b25hd3MuY29t
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqOPulkm0i8cE4WmIlAYS
xCDhAsYcsU3GjNttkosM46Y+BdX/K/wEWK62ts2oKZnSRoUYqsoyzjFjBSAk7GA3
+BbWXX2hjv8fNqE9ulIESW5v3kppgMXE4R39IEQUn9PtO1WgP1eZlfClQ0ol5WRA
VFZPuHdG3QmT0l0oy/Z+xNiQhjjGlxTACLgfzUN5R2A6Z3iCTLHL/dkAEPSNf35Q
ZpzPqaC8mxfBXglGZBXtbYeLyvi+nP67RLJIlEojwLqP2fHNokhnUYRPsqxNNXAp
D2zdApePmEMY3NwJMYfoqJk6wZ2OHDJ9WB8gWfWYgBpFWS1ZrHAxGadmWa/fDCBE
nQIDAQABo1MwUTAdBgNVHQ4EFgQUvezyJOVYwGyY2tgjvrkWGr7e3z4wHwYDVR0j
BBgwFoAUvezyJOVYwGyY2tgjvrkWGr7e3z4wDwYDVR0TAQH/BAUwAwEB/zANBgkq
hkiG9w0BAQsFAAOCAQEAZ/eeUbJfc7Woh14/7Wa/mZVP3yylPAPSBW0Dr29SUGP8
YjIDYV0nNEtHPoMkSW3xnZ+SKQH/rqXWBFp3PBmCi6+xWQIfBtCLSdpGkc46ebU8
odkjazO/7JoVZkpKvuLI+fvmpOs8ywWRWnlI9TRmTe+BxJV7zyASz/cceQJ6UmgG
AYIHb6BO+xDFFFHjujCHEo0vFo/VY5AxK5ReTEmosRWgfk2MgvYerky8Db/rkNmx
DpWvYT/e+tIDiJwMxFFWZ8/Kwf2ALx9fPh3nZHAzNKWmWpsYNLGGKPXww93vO1Va
+ZCfd4NA0vKboqy5d+l6MZQ9Aj95mt8oxCuGZ2ysyw==
-----END CERTIFICATE-----
)";
inline constexpr char kSnsNotification1[] =
    R"~({"Type": "Notification", "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "TopicArn": )~"
    R"~("arn:aws:sns:ap-northeast-2:123456789012:mail", "Subject": "Amazon SES Email Event Notific)~"
    R"~(ation", "Message": "{\"eventType\":\"Delivery\",\"mail\":{\"messageId\":\"0100\",\"destina)~"
    R"~(tion\":[\"kim@shop.example\"]},\"note\":\"온도\\n\\\"상점\\\"\"}\n", "Timestamp": "2026-05-02T)~"
    R"~(00:54:06.655Z", "SignatureVersion": "1", "Signature": "gJ7L1bnVGR+DYfco2UNyTPWvvg/M7OEcExA)~"
    R"~(59nGUJ7XLurBG8+sSE8PthM4mXjVqW5s6GMQv9Y9y2mvUpQiCw1UFUM424Gnsr+s5wGDdRTGU4wQn7qCHlxxjPjE37)~"
    R"~(xHBtjMom1DyMjJL5FrSl2dhB3lfAJ4qYc9ccJEsFHHUXGVtHBEwc/lrfI568g4OvmpvXdzcpMsBD8AeklZFtGbuaIr)~"
    R"~(eLXWQeQsNYin1IYBRhrGUB1QUfAh5c/NoJFpk947nlBfeyl5jK1WmauWFAMU1gjplK2yzQh51xBTIFCJfDraSyFLY/)~"
    R"~(GhKJoKrWbmrMNU+czfvLVFny/d7PpUktt7G0w==", "SigningCertURL": "https://sns.ap-northeast-2.am)~"
    R"~(azonaws.com/x.pem"})~";
inline constexpr char kSnsNotification2[] =
    R"~({"Type": "Notification", "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "TopicArn": )~"
    R"~("arn:aws:sns:ap-northeast-2:123456789012:mail", "Subject": "Amazon SES Email Event Notific)~"
    R"~(ation", "Message": "{\"eventType\":\"Delivery\",\"mail\":{\"messageId\":\"0100\",\"destina)~"
    R"~(tion\":[\"kim@shop.example\"]},\"note\":\"온도\\n\\\"상점\\\"\"}\n", "Timestamp": "2026-05-02T)~"
    R"~(00:54:06.655Z", "SignatureVersion": "2", "Signature": "cbWrEV9nflTEXAY9CkX/6UuIjNCFAZRzPlZ)~"
    R"~(dnLKm8lHX4yxXaqOq8Pega/uhx9G7PzdKat1WsADrF64wjRgzT2gPDmJ7iDqbBMQAtFoI5V32a5yWSvXicjA/paJ4t)~"
    R"~(TmDM/AfFxUEXQZ4AW4CoUBDDtKyYGkTbF4o5PmwBAaPLhGB9e876sl9J1NMLLTqIBjtXll9iYQukraXRFeAINCfDND)~"
    R"~(91OdPNyyxu9huZSfxfGDVF1VNEk94VapCCiBzdsVJPKzP2deCWVmzH4W4TOgth9GK8neyzktg2q8Is3Ow12wZlzs5f)~"
    R"~(oWW//JJJn8oiRqyCH/eBxZlFb9AUillc04c5g==", "SigningCertURL": "https://sns.ap-northeast-2.am)~"
    R"~(azonaws.com/x.pem"})~";
inline constexpr char kSnsWithoutSubject[] =
    R"~({"Type": "Notification", "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "TopicArn": )~"
    R"~("arn:aws:sns:ap-northeast-2:123456789012:mail", "Message": "{\"eventType\":\"Delivery\",\")~"
    R"~(mail\":{\"messageId\":\"0100\",\"destination\":[\"kim@shop.example\"]},\"note\":\"온도\\n\\\)~"
    R"~("상점\\\"\"}\n", "Timestamp": "2026-05-02T00:54:06.655Z", "SignatureVersion": "2", "Signatur)~"
    R"~(e": "TT+7Cqcx/c4X5j18L+vN8FsHLTZ2PJeAhZqmE/Z42Rq8ceVlfUxcPyAbychmf2NIvRFAW7suI2Q5g/X5w/Jbc)~"
    R"~(MwCoB5HNlvsrn0Yk062yfWcagb0g6/k+uPKBQeuTQ/YP+NYTx3pIEkBY4mA+yorFq10xd+JgPcdIZXAcd8klBb15fd)~"
    R"~(WsndUt5U75pSo4yJLxGlkkObk71r7XnwUJHXS9eAUndya8sXL7J1GJCYKqY4KDoOhio3B90Z6MmGl0DOLa+Zy+cg2N)~"
    R"~(L+Hf2XUztn86TqsF687dQyOigRPFKkiyy1KnyzM/usLkNH62pDeO/ojXS18F6A4yPloSgC21kZ+KA==", "Signing)~"
    R"~(CertURL": "https://sns.ap-northeast-2.amazonaws.com/x.pem"})~";
inline constexpr char kSnsConfirmation[] =
    R"~({"Type": "SubscriptionConfirmation", "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b", )~"
    R"~("Token": "2336412f37", "TopicArn": "arn:aws:sns:ap-northeast-2:123456789012:mail", "Messag)~"
    R"~(e": "You have chosen to subscribe to the topic.", "SubscribeURL": "https://sns.ap-northeas)~"
    R"~(t-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:ap-northeast-2:12345678)~"
    R"~(9012:mail&Token=2336412f37", "Timestamp": "2026-05-02T00:54:06.655Z", "SignatureVersion": )~"
    R"~("2", "Signature": "Cww9mhe2XgbKMc3ANkFvY86xODxBeN4VefbfeUcq/2X7o1CwMFxjMG8BqQ6yhh3gtPQm6Cm)~"
    R"~(VwnwmpJ92y4cb6Dhmgh7UyeH59rv+7A0IsfLK1S2XnAQH3grdqMSbsl9HrhKTm7B2ClR9+qv6YovKDiY4EIrf5PH16)~"
    R"~(12AEOFKAnmsARscAGxLgjNgDs9A5rZtQ9yllDyzMXYU29r6pD71lKgEnyJrxme/wmtKt/6qiei5Jsbg5X1G11UgUE0)~"
    R"~(n3Xeuh8Qhcq5jWPb8dCdt4Y6fLhxKjMIDcfJPzhWU8HExVBdcIvI9+G6pEmBFCY0pBFXq6HZDAOECTgdMSLw7i0f4d)~"
    R"~(A==", "SigningCertURL": "https://sns.ap-northeast-2.amazonaws.com/x.pem"})~";

}  // namespace cartwheel
