"""Parameters of the simulated palace: power and conflicts, moves, units, the guarantor, the aftermath.

The values are data (``parameters.yaml`` of a scenario); see `qantar.scenario.parameters`.
"""

from __future__ import annotations

from qantar.scenario.value import ParameterGroup, Value, quantity


class PalaceParameters(ParameterGroup):
    """Power, conflicts and command (model page *palace*)."""

    means_weight: Value = quantity("share", "weight of money and networks beside the formal weight of offices", low=0)
    patronage_pass: Value = quantity("share", "delta: part of a client's power that adds to the patron's", low=0, high=0.99)
    loyalty_spread: Value = quantity(
        "log-odds", "spread of hidden loyalties around what everybody takes them for, where the data name none", low=0
    )
    signal_noise: Value = quantity("log-odds", "noise of the private signal that an actor has of another's loyalty", low=0.01)
    risk: Value = quantity("1", "exponent of power in an actor's utility; 1 is indifferent to risk", low=0.05, high=2)
    stake: Value = quantity(
        "share", "what an actor has to lose beside power (freedom, family, assets), in shares of power", low=0.001, high=1
    )
    plays: Value = quantity("1", "plays of a conflict by which an actor judges it", low=1, high=200)
    play_assessment: Value = quantity("log-odds", "noise in how each judges the balance when declaring", low=0)
    play_sharpness: Value = quantity("1", "steepness of the judged chance in the balance of the camps' weights", low=0)
    play_end: Value = quantity("share", "chance in the end of a conflict, in shares of all weights", low=0.001)
    side_precision: Value = quantity("1", "precision with which a side is chosen", low=0)
    side_spoils: Value = quantity("share", "spoils of the winning side at full ambition", low=0)
    side_penalty: Value = quantity("share", "loss of those who stood with the loser", low=0)
    surprise: Value = quantity("share", "advantage of who strikes first", low=0, high=1)
    right: Value = quantity("share", "advantage of who acts by right, of the holder of the top office above all", low=0, high=1)
    protection: Value = quantity("share", "advantage of a holder whom a veto or the law protects", low=0, high=1)
    cover_blame: Value = quantity("1", "how much blame on an actor weakens the coordination of his camp", low=0)
    cover_emergency: Value = quantity("share", "how much emergency powers weaken the coordination of the other camp", low=0, high=1)
    cover_health: Value = quantity("1", "exponent of the defender's health in what his camp weighs: an ailing man cannot rally it", low=0)
    branch_weight: Value = quantity("1", "weight of the armed men in the capital beside that of power", low=0)
    branch_follow: Value = quantity(
        "share", "part of a branch that follows its commander; the rest follows the commander-in-chief", low=0, high=1
    )
    backing_weight: Value = quantity("1", "weight of a guarantor who is sure to stand behind the ruler", low=0)
    failure_removal: Value = quantity("share", "chance that a challenger who lost loses his office", low=0, high=1)
    failure_means: Value = quantity("share", "means that a challenger who lost keeps", low=0, high=1)
    reveal: Value = quantity("share", "how far a side taken in a struggle tells everybody where somebody leans", low=0, high=1)
    purge_possible: Value = quantity("share", "1 where a holder can be removed against his will, 0 where nobody can be", low=0, high=1)
    obey_base: Value = quantity("log-odds", "obedience of a commander without loyalties")
    obey_loyalty: Value = quantity(
        "log-odds", "obedience per unit of loyalty to the commander-in-chief, less that to a rival under full tension", low=0
    )
    obey_vacant: Value = quantity("share", "obedience of a branch without a commander", low=0, high=1)
    obey_shake: Value = quantity("share", "obedience lost when the commander changes", low=0, high=1)
    obey_settle: Value = quantity("hours", "tau with which a branch gets used to a new commander", low=1)
    obey_away: Value = quantity("share", "obedience lost while commanders are away on a holiday", low=0, high=1)
    tension_start: Value = quantity("share", "tension between the centres of power before the crisis", low=0, high=1)
    tension_struggle: Value = quantity("share", "tension added by each struggle, and by each holder removed", low=0, high=1)


class HoldingParameters(ParameterGroup):
    """The chance that the regime holds, as an actor sees it (model page *palace*)."""

    base: Value = quantity("log-odds", "a quiet country")
    capital: Value = quantity("log-odds", "loss when the capital is lost to the crowd", low=0)
    cities: Value = quantity("log-odds", "loss when all big cities are lost to the crowd", low=0)
    trend: Value = quantity("log-odds", "loss per e-fold of the crowd from one day to the next", low=0)
    legitimacy: Value = quantity("log-odds", "gain per unit of legitimacy above its start", low=0)
    aside: Value = quantity("log-odds", "loss when all men in big cities stand aside or went over", low=0)
    backing: Value = quantity("log-odds", "gain by a guarantor who is sure to stand behind the ruler", low=0)
    half: Value = quantity("people", "crowd of a city, per million residents, that half loses it to nobody's force", low=1)
    ratio: Value = quantity("1", "people in a crowd whom one man of the force balances", low=0)
    violent: Value = quantity("1", "weight of a violent person beside a peaceful one", low=0)
    city: Value = quantity("people", "residents of a big city", low=1)
    memory: Value = quantity("hours", "tau with which an actor forgets the largest crowd seen", low=1)
    trend_people: Value = quantity("people", "crowd in the country below which no trend is seen", low=1)
    bias: Value = quantity("log-odds", "how an actor misjudges on average; either sign")
    noise: Value = quantity("log-odds", "how differently actors judge", low=0)


class MoveParameters(ParameterGroup):
    """What actors expect of their moves, what these cost, and how actors choose (model page *palace*)."""

    turn_hours: Value = quantity("hours", "time between palace turns without a trigger", low=1)
    per_turn: Value = quantity("1", "moves that an actor can make in one turn", low=1, high=10)
    precision: Value = quantity("1", "precision of the choice between moves", low=0)
    trouble: Value = quantity("people", "crowd at which a region is in trouble", low=1)
    trigger: Value = quantity("1", "growth of the crowd since the last turn that calls for a turn at once", low=1.01)
    expect_recall: Value = quantity("1", "factor on the force that a recall is expected to bring", low=1)
    expect_reinforcement: Value = quantity("1", "factor on the force of a city that reinforcements are expected to bring", low=1)
    expect_curfew: Value = quantity("share", "part of the crowd that a state of emergency is expected to keep at home", low=0, high=1)
    expect_blackout: Value = quantity(
        "e-folds", "how far a cut of the whole net is expected to turn the trend of the crowd from one day to the next; either sign"
    )
    expect_disperse: Value = quantity("share", "part of the crowd that an order to disperse is expected to clear", low=0, high=1)
    expect_shoot: Value = quantity("share", "part of the crowd that an order to shoot is expected to clear", low=0, high=1)
    expect_concession: Value = quantity("share", "part of the crowd that a full concession is expected to send home", low=0, high=1)
    expect_relief: Value = quantity(
        "share", "part of the crowd that the departure of all who are blamed is expected to send home", low=0, high=1
    )
    expect_negotiation: Value = quantity(
        "share", "part of the crowd that a deal is expected to send home, at full brokerage", low=0, high=1
    )
    cost_measure: Value = quantity("share", "cost of a recall, a reinforcement or a state of emergency", low=0)
    cost_blackout: Value = quantity("share", "cost of a cut of the whole net", low=0)
    cost_force: Value = quantity("share", "cost of an order to disperse", low=0)
    cost_shoot: Value = quantity("share", "cost of an order to shoot", low=0)
    cost_concession: Value = quantity("share", "cost of meeting the main demand with no fiscal room left", low=0)
    cost_dismissal: Value = quantity("share", "cost of a dismissal by right", low=0)
    cost_breach: Value = quantity("share", "cost of taking an office that the law protects", low=0)
    cost_arrest: Value = quantity("share", "cost of an arrest", low=0)
    cost_coup: Value = quantity("share", "cost of an attempt on the top office", low=0)
    cost_leave: Value = quantity("share", "cost of leaving the top office or a protected one", low=0)
    cost_resist: Value = quantity("share", "cost of resisting a removal", low=0)
    cost_guarantor: Value = quantity("share", "cost of calling foreign troops at full nationalism", low=0)
    cost_negotiation: Value = quantity("share", "cost of talking to the street", low=0)
    cost_statement: Value = quantity("share", "cost of a word", low=0)
    cost_defection: Value = quantity("share", "cost of leaving a patron, per unit of loyalty to him", low=0)
    gain_statement: Value = quantity(
        "share", "legitimacy that a word against a foreign hand whom nobody blames yet is thought to gain", low=0
    )
    gain_arrest: Value = quantity("share", "chance of a strike back that an arrest is thought to remove", low=0, high=1)
    gain_command: Value = quantity(
        "share", "strike back that removing a commander who leans elsewhere is thought to prevent", low=0, high=1
    )
    worth_protection: Value = quantity(
        "share", "worth of an office that the law protects, beside its power: safety of family and assets", low=0, high=1
    )
    exposure: Value = quantity(
        "share", "part of his position that who does not follow the ruler thinks at risk under full tension", low=0, high=1
    )
    guarantee: Value = quantity(
        "share", "worth of leaving against guarantees, beside 1 for keeping all in a regime that is sure to hold", low=0, high=1
    )
    concession_size: Value = quantity("share", "part of the main demand that the first concession meets", low=0, high=1)
    measure_hours: Value = quantity("hours", "time for which a state of emergency stands", low=1)
    posture_hours: Value = quantity("hours", "time for which rules of engagement stand", low=1)
    blackout_hours: Value = quantity("hours", "time for which a cut of the net stands", low=1)
    blackout_partial: Value = quantity("share", "reach left when mobile networks are cut", low=0, high=1)
    blackout_full: Value = quantity("share", "reach left when the net is cut", low=0, high=1)
    curfew_from: Value = quantity("hour of day", "local hour at which a curfew begins", low=0, high=24)
    curfew_to: Value = quantity("hour of day", "local hour at which a curfew ends", low=0, high=24)
    reinforcement_share: Value = quantity("share", "part of the mobile men of a calm place that can be sent away", low=0, high=1)
    recall_hours: Value = quantity("hours", "time until a recall reaches commanders", low=0)
    recall_holiday: Value = quantity("hours", "the same on a holiday", low=0)
    signal_concession: Value = quantity("1", "efficacy signal of a concession that meets the main demand in full", low=0)
    signal_departure: Value = quantity("1", "efficacy signal of the departure of a holder who carried all blame", low=0)


class UnitParameters(ParameterGroup):
    """What the men of a place do, and how the streets bring a regime down (model page *palace*)."""

    crowd: Value = quantity("people", "crowd that puts a unit before the question", low=1)
    rate: Value = quantity("1/hour", "rate at which a unit that surely would stands aside", low=0)
    base: Value = quantity("log-odds", "a unit before a crowd of its own size")
    crowd_weight: Value = quantity("log-odds", "per tenfold of the peaceful crowd over the unit")
    kinship: Value = quantity("log-odds", "per unit of kinship with the crowd")
    violent: Value = quantity("log-odds", "when all of the crowd is violent")
    coherence: Value = quantity("log-odds", "when the branch obeys in full")
    shoot: Value = quantity("log-odds", "under an order to shoot at the peaceful")
    side_base: Value = quantity("log-odds", "that a unit which stands aside goes over")
    side_kinship: Value = quantity("log-odds", "the same per unit of kinship")
    return_hours: Value = quantity("hours", "mean time until men come back to duty once the crowd is gone", low=1)
    fall_rate: Value = quantity("1/hour", "rate at which a capital lost beyond hope brings the regime down", low=0)
    fall_ratio: Value = quantity("1", "people in the capital's crowd per armed man there who obeys, at half that rate", low=0.001)


class AllianceParameters(ParameterGroup):
    """The guarantor (model page *alliance*)."""

    base: Value = quantity("log-odds", "that a call for help is answered, everything else at zero")
    interest: Value = quantity("log-odds", "per unit of the bloc's interest in a friendly regime and in being the only guarantor")
    frame: Value = quantity("log-odds", "when the call fits the remit in full")
    hopeless: Value = quantity("log-odds", "per share of the big cities that are lost")
    willing: Value = quantity("share", "1 where it weighs the call, 0 where it refuses whatever was expected of it", low=0, high=1)
    frame_said: Value = quantity(
        "share", "how far a call that names terrorists led from abroad moves the frame where it is fully believed", low=0, high=1
    )
    delay_spread: Value = quantity("1", "spread of the logarithm of the hours until decision and landing", low=0)
    landing_step: Value = quantity("hours", "time between landings", low=1)
    backing_asked: Value = quantity("share", "how sure the guarantor is seen to be once asked", low=0, high=1)
    backing_agreed: Value = quantity("share", "the same once it agreed", low=0, high=1)
    backing_refused: Value = quantity("share", "loss of standing of a ruler who was refused, on the same scale", low=0, high=1)
    calm_hours: Value = quantity("hours", "calm after which it leaves", low=1)
    leave_hours: Value = quantity("hours", "time over which it leaves", low=1)


class AftermathParameters(ParameterGroup):
    """Two years by the month (model page *aftermath*)."""

    grievance_recovery: Value = quantity("months", "tau with which grievance returns to its level", low=0.1)
    grievance_peak: Value = quantity("share", "grievance left by a crisis in which one percent of the people came out", low=0, high=1)
    grievance_start: Value = quantity("share", "grievance before the crisis", low=0, high=1)
    cohesion_start: Value = quantity("share", "cohesion of the elite before the crisis", low=0, high=1)
    cohesion_struggle: Value = quantity("share", "cohesion lost by each struggle", low=0, high=1)
    cohesion_tau: Value = quantity("months", "tau with which cohesion follows the rents", low=0.1)
    cohesion_purge: Value = quantity("share", "cohesion gained after a purge by a ruler who has all power", low=0, high=1)
    rent_elasticity: Value = quantity("1", "cohesion lost per unit of rents given away", low=0)
    crackdown_grievance: Value = quantity("1/month", "grievance added a month by a crackdown")
    crackdown_fear: Value = quantity("log-odds", "loss of renewed unrest under a crackdown")
    crackdown_brokerage: Value = quantity("1/month", "brokerage lost a month under a crackdown", low=0)
    cosmetic_grievance: Value = quantity("1/month", "grievance removed a month by a cosmetic change, in its first half year", low=0)
    redistribution_grievance: Value = quantity("1/month", "grievance removed a month by redistribution", low=0)
    redistribution_rents: Value = quantity("share", "rents that redistribution takes from the elite, a year", low=0, high=1)
    opening_grievance: Value = quantity("1/month", "grievance removed a month by an opening", low=0)
    opening_rents: Value = quantity("share", "rents that competition takes from the elite, a year", low=0, high=1)
    opening_brokerage: Value = quantity("1/month", "brokerage gained a month by an opening", low=0)
    opening_unrest: Value = quantity("log-odds", "unrest that an opening lets come out")
    unrest_base: Value = quantity("log-odds", "renewed unrest in a month, no grievance")
    unrest_grievance: Value = quantity("log-odds", "the same at full grievance", low=0)
    unrest_legitimacy: Value = quantity("log-odds", "the same at full legitimacy", high=0)
    uprising_base: Value = quantity("log-odds", "that renewed unrest brings a regime down whose elite is divided")
    uprising_cohesion: Value = quantity("log-odds", "the same at full cohesion", high=0)
    coup_base: Value = quantity("log-odds", "a palace coup in a month by a divided elite")
    coup_cohesion: Value = quantity("log-odds", "the same at full cohesion", high=0)
    trial_share: Value = quantity("share", "part of those remanded who are tried in a month", low=0, high=1)
    health_loss: Value = quantity("1/month", "health that those lose who are not sound", low=0)
    precision: Value = quantity("1", "precision with which the winner chooses the policy", low=0)
    rent_taste: Value = quantity("1", "worth of a full share of rents to the winner, beside that of holding", low=0)
