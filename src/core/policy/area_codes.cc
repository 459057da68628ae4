#include "core/policy/area_codes.h"

namespace cartwheel {
namespace {

constexpr std::string_view kEastern = "America/New_York";
constexpr std::string_view kCentral = "America/Chicago";
constexpr std::string_view kMountain = "America/Denver";
constexpr std::string_view kPacific = "America/Los_Angeles";
constexpr std::string_view kEasternAndCentral = "America/New_York America/Chicago";
constexpr std::string_view kCentralAndMountain = "America/Chicago America/Denver";
constexpr std::string_view kMountainAndPacific = "America/Boise America/Los_Angeles";
constexpr std::string_view kToronto = "America/Toronto";
constexpr std::string_view kHalifax = "America/Halifax";

constexpr AreaCodes kAreaCodes[] = {
    // The United States.
    {"US", "AL", kCentral, "205 251 256 334 483 659 938"},
    {"US", "AK", "America/Anchorage America/Adak", "907"},
    {"US", "AZ", "America/Phoenix", "480 520 602 623"},
    {"US", "AZ", "America/Phoenix America/Denver", "928"},
    {"US", "AR", kCentral, "327 479 501 870"},
    {"US", "CA", kPacific,
     "209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 "
     "760 805 818 820 831 837 840 858 909 916 925 949 951"},
    {"US", "CO", kMountain, "303 719 720 748 970 983"},
    {"US", "CT", kEastern, "203 475 860 959"},
    {"US", "DE", kEastern, "302"},
    {"US", "DC", kEastern, "202 771"},
    {"US", "FL", kEastern, "239 305 321 324 352 386 407 561 645 656 689 727 728 754 772 786 813 863 904 941 954"},
    {"US", "FL", kEasternAndCentral, "448 850"},
    {"US", "GA", kEastern, "229 404 470 478 678 706 762 770 912 943"},
    {"US", "HI", "Pacific/Honolulu", "808"},
    {"US", "ID", kMountainAndPacific, "208 986"},
    {"US", "IL", kCentral, "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872"},
    {"US", "IN", "America/Indiana/Indianapolis", "260 317 463 765"},
    {"US", "IN", "America/Indiana/Indianapolis America/Chicago", "219 574 812 930"},
    {"US", "IA", kCentral, "319 515 563 641 712"},
    {"US", "KS", kCentral, "316 913"},
    {"US", "KS", kCentralAndMountain, "620 785"},
    {"US", "KY", kEastern, "502 859"},
    {"US", "KY", kEasternAndCentral, "270 364 606"},
    {"US", "LA", kCentral, "225 318 337 457 504 985"},
    {"US", "ME", kEastern, "207"},
    {"US", "MD", kEastern, "227 240 301 410 443 667"},
    {"US", "MA", kEastern, "339 351 413 508 617 774 781 857 978"},
    {"US", "MI", "America/Detroit", "231 248 269 313 517 586 616 679 734 810 947 989"},
    {"US", "MI", "America/Detroit America/Menominee", "906"},
    {"US", "MN", kCentral, "218 320 507 612 651 763 924 952"},
    {"US", "MS", kCentral, "228 471 601 662 769"},
    {"US", "MO", kCentral, "235 314 417 557 573 636 660 816 975"},
    {"US", "MT", kMountain, "406"},
    {"US", "NE", kCentralAndMountain, "308 402 531"},
    {"US", "NV", kPacific, "702 725"},
    {"US", "NV", "America/Denver America/Los_Angeles", "775"},
    {"US", "NH", kEastern, "603"},
    {"US", "NJ", kEastern, "201 551 609 640 732 848 856 862 908 973"},
    {"US", "NM", kMountain, "505 575"},
    {"US", "NY", kEastern, "212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934"},
    {"US", "NC", kEastern, "252 336 472 704 743 828 910 919 980 984"},
    {"US", "ND", kCentralAndMountain, "701"},
    {"US", "OH", kEastern, "216 220 234 283 326 330 380 419 436 440 513 567 614 740 937"},
    {"US", "OK", kCentral, "405 539 572 580 918"},
    {"US", "OR", kPacific, "503 971"},
    {"US", "OR", kMountainAndPacific, "458 541"},
    {"US", "PA", kEastern, "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878"},
    {"US", "RI", kEastern, "401"},
    {"US", "SC", kEastern, "803 821 839 843 854 864"},
    {"US", "SD", kCentralAndMountain, "605"},
    {"US", "TN", kEastern, "865"},
    {"US", "TN", kCentral, "615 629 731 901"},
    {"US", "TN", kEasternAndCentral, "423 729 931"},
    {"US", "TX", kCentral,
     "210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979"},
    {"US", "TX", kCentralAndMountain, "915"},
    {"US", "UT", kMountain, "385 435 801"},
    {"US", "VT", kEastern, "802"},
    {"US", "VA", kEastern, "276 434 540 571 686 703 757 804 826 948"},
    {"US", "WA", kPacific, "206 253 360 425 509 564"},
    {"US", "WV", kEastern, "304 681"},
    {"US", "WI", kCentral, "262 274 353 414 534 608 715 920"},
    {"US", "WY", kMountain, "307"},
    // Its territories, which are countries in ISO 3166.
    {"AS", "AS", "Pacific/Pago_Pago", "684"},
    {"GU", "GU", "Pacific/Guam", "671"},
    {"MP", "MP", "Pacific/Saipan", "670"},
    {"PR", "PR", "America/Puerto_Rico", "787 939"},
    {"VI", "VI", "America/St_Thomas", "340"},
    // Canada.
    {"CA", "AB", "America/Edmonton", "368 403 587 780 825"},
    {"CA", "BC", "America/Vancouver", "604"},
    {"CA", "BC", "America/Vancouver America/Edmonton America/Dawson_Creek America/Fort_Nelson America/Creston",
     "236 250 257 672 778"},
    {"CA", "MB", "America/Winnipeg", "204 431 584"},
    {"CA", "NB", "America/Moncton", "428 506"},
    {"CA", "NL", "America/St_Johns America/Goose_Bay", "709 879"},
    {"CA", "NS", kHalifax, "782 902"},  // and Prince Edward Island
    {"CA", "ON", kToronto, "226 249 289 343 365 382 387 416 437 519 548 613 647 683 705 742 753 905 942"},
    {"CA", "ON", "America/Toronto America/Winnipeg America/Atikokan", "807"},
    {"CA", "QC", kToronto, "263 354 438 450 468 514 579 819 873"},
    {"CA", "QC", "America/Toronto America/Halifax America/Blanc-Sablon", "367 418 581"},
    {"CA", "SK", "America/Regina America/Swift_Current America/Edmonton America/Winnipeg", "306 474 639"},
    {"CA", "NT",  // and Nunavut and Yukon
     "America/Edmonton America/Inuvik America/Whitehorse America/Dawson America/Iqaluit America/Rankin_Inlet "
     "America/Resolute America/Cambridge_Bay",
     "867"},
    // Other countries of the plan.
    {"AG", "", "America/Antigua", "268"},
    {"AI", "", "America/Anguilla", "264"},
    {"BB", "", "America/Barbados", "246"},
    {"BM", "", "Atlantic/Bermuda", "441"},
    {"BS", "", "America/Nassau", "242"},
    {"DM", "", "America/Dominica", "767"},
    {"DO", "", "America/Santo_Domingo", "809 829 849"},
    {"GD", "", "America/Grenada", "473"},
    {"JM", "", "America/Jamaica", "658 876"},
    {"KN", "", "America/St_Kitts", "869"},
    {"KY", "", "America/Cayman", "345"},
    {"LC", "", "America/St_Lucia", "758"},
    {"MS", "", "America/Montserrat", "664"},
    {"SX", "", "America/Lower_Princes", "721"},
    {"TC", "", "America/Grand_Turk", "649"},
    {"TT", "", "America/Port_of_Spain", "868"},
    {"VC", "", "America/St_Vincent", "784"},
    {"VG", "", "America/Tortola", "284"},
};

}  // namespace

absl::Span<const AreaCodes> AreaCodeTable() { return kAreaCodes; }

}  // namespace cartwheel
