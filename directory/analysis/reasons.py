"""Why a number is not known, in words, with what to enter next."""

from directory.analysis.wording import Both

REASONS: dict[str, Both] = {
    "no_weight": Both(
        "The needs of {scope} weigh nothing together: give one of them a weight above zero.",
        "Les besoins de {scope} ne pèsent rien ensemble : donnez à l'un d'eux un poids supérieur à zéro.",
    ),
    "no_service_recorded": Both(
        "No service is recorded for {scope}: add one.", "Aucun service n'est enregistré pour {scope} : ajoutez-en un."
    ),
    "no_need_matched_by_a_record": Both(
        "No recorded service of {scope} matches a need: check the types and publics of its services.",
        "Aucun service enregistré de {scope} ne répond à un besoin : vérifiez les types et publics de ses services.",
    ),
    "nothing_covered": Both(
        "No need of {scope} has a recorded service, so nothing can be lost: record services first.",
        "Aucun besoin de {scope} n'a de service enregistré : rien ne peut être perdu. Enregistrez des services.",
    ),
    "no_provider_known": Both(
        "Nobody is recorded as running the services of {scope}: name their providers.",
        "Personne n'est enregistré comme assurant les services de {scope} : nommez leurs intervenants.",
    ),
    "no_contribution_recorded": Both(
        "No contribution is recorded for {scope}: add one.",
        "Aucune contribution n'est enregistrée pour {scope} : ajoutez-en une.",
    ),
    "fewer_than_two_cites_with_partners": Both(
        "Fewer than two Cités have a recorded partner: record partnerships to compare Cités.",
        "Moins de deux Cités ont un partenaire enregistré : enregistrez des partenariats pour les comparer.",
    ),
    "no_partner_recorded": Both(
        "No partner is recorded for {scope}: add a partnership.",
        "Aucun partenaire n'est enregistré pour {scope} : ajoutez un partenariat.",
    ),
    "no_partner": Both(
        "{scope} has no partner: its list is declared complete.",
        "{scope} n'a aucun partenaire : sa liste est déclarée complète.",
    ),
    "scope_too_large": Both(
        "The map of {scope} is too large for betweenness: look at one territory.",
        "La carte est trop grande pour l'intermédiarité ({scope}) : choisissez un territoire.",
    ),
    "no_type_known": Both(
        "No recorded partner of {scope} has a known value here: fill it in on their pages.",
        "Aucun partenaire enregistré de {scope} n'a de valeur connue ici : complétez leurs fiches.",
    ),
    "no_partner_recorded_at_first_date": Both(
        "No partner of {scope} is recorded on {date}: add the start of partnerships.",
        "Aucun partenaire de {scope} n'est enregistré au {date} : ajoutez le début des partenariats.",
    ),
    "no_evidence_recorded": Both(
        "No evidence is recorded for {scope}: add what shows each item of the charter. "
        "This is a self-check; the Label Authority decides.",
        "Aucune preuve n'est enregistrée pour {scope} : ajoutez ce qui montre chaque point de la charte. "
        "Ceci est une auto-évaluation ; l'Autorité du label décide.",
    ),
    "no_open_need": Both(
        "Every need of {scope} has a service with several recorded providers, or with unknown ones.",
        "Chaque besoin de {scope} a un service à plusieurs intervenants enregistrés, ou aux intervenants inconnus.",
    ),
    "no_candidate_recorded": Both(
        "No candidate is recorded: import a directory of organisations.",
        "Aucun candidat n'est enregistré : importez un annuaire d'organismes.",
    ),
    "nothing_given_back_recorded": Both(
        "Nothing given back by {scope} is recorded: add what it brings to its partners.",
        "Rien de ce que {scope} apporte en retour n'est enregistré : ajoutez ce que reçoivent ses partenaires.",
    ),
    "never_verified": Both(
        "No recorded service or partner of {scope} was ever verified: enter the day of the last check.",
        "Aucun service ou partenaire enregistré de {scope} n'a été vérifié : saisissez le jour de la vérification.",
    ),
    "verified_in_future": Both(
        "No recorded service or partner of {scope} was verified by then; some were later: ask about a later day.",
        "Aucun service ou partenaire enregistré de {scope} n'était alors vérifié ; certains l'ont été plus tard : "
        "interrogez un jour ultérieur.",
    ),
    "nothing_recorded": Both(
        "Nothing is recorded for {scope}: add its services and partners.",
        "Rien n'est enregistré pour {scope} : ajoutez ses services et ses partenaires.",
    ),
    "territories_overlap": Both(
        "Some of these territories lie in one another, so their people would be counted twice.",
        "Certains de ces territoires sont inclus dans d'autres : leurs habitants seraient comptés deux fois.",
    ),
    "population_unknown": Both(
        "The population of these territories is not recorded: add it.",
        "La population de ces territoires n'est pas enregistrée : ajoutez-la.",
    ),
    "no_territory_given": Both(
        "No territory is asked about: name one.", "Aucun territoire n'est demandé : nommez-en un."
    ),
    "nothing_published_for_year": Both(
        "No published figure is recorded for that year: add the figures of its report.",
        "Aucun chiffre publié n'est enregistré pour cette année : ajoutez ceux du rapport.",
    ),
    "nothing_to_compare": Both(
        "Nothing is recorded for {scope} that could change: add services, partners and contributions.",
        "Rien de modifiable n'est enregistré pour {scope} : ajoutez services, partenaires et contributions.",
    ),
    "fewer_than_3_peers": Both(
        "Fewer than three Cités can be compared with {scope}, so no advice is given: "
        "record territories, channels and label states.",
        "Moins de trois Cités sont comparables à {scope}, aucun conseil n'est donné : "
        "enregistrez territoires, canaux et états du label.",
    ),
}

OTHERWISE: dict[str, Both] = {
    "no_service_recorded": Both(
        "Services of {scope} are recorded, but none that holds then and is certain enough: look at their dates.",
        "Des services de {scope} sont enregistrés, mais aucun n'est valable alors et assez certain : vérifiez leurs "
        "dates.",
    ),
    "no_contribution_recorded": Both(
        "Contributions to {scope} are recorded, but none that holds then and is certain enough: look at their dates.",
        "Des contributions à {scope} sont enregistrées, mais aucune n'est valable alors et assez certaine : vérifiez "
        "leurs dates.",
    ),
    "no_partner_recorded": Both(
        "Partners of {scope} are recorded, but none then, in the roles asked for and certain enough: look at the dates "
        "of their partnerships.",
        "Des partenaires de {scope} sont enregistrés, mais aucun alors, dans les rôles demandés et avec assez de "
        "certitude : vérifiez les dates de leurs partenariats.",
    ),
    "nothing_recorded": Both(
        "Services or partners of {scope} are recorded, but none that holds then and is certain enough: look at their "
        "dates.",
        "Des services ou des partenaires de {scope} sont enregistrés, mais aucun n'est valable alors et assez "
        "certain : vérifiez leurs dates.",
    ),
}
"""The same where some is recorded all the same, at another time, in another role or less certain."""
